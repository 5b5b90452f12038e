package dev.holdfast.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast nginx-config}: prints the configuration of the nginx in front. */
@Command(
    name = "nginx-config",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints the nginx configuration for a set of sidecars, for an nginx that runs elsewhere.",
      ""
    })
final class NginxConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "0.0.0.0",
      description = "IPv4 address to listen on; default ${DEFAULT-VALUE}")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "port to listen on; default ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--ring",
      paramLabel = "HOST:PORT",
      split = ",",
      required = true,
      description = "all sidecars, comma separated, in the order of their own --ring")
  private List<String> ring;

  @Option(
      names = "--staging-dir",
      paramLabel = "DIR",
      required = true,
      description = "the directory that is shared with the sidecars")
  private Path stagingDir;

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      defaultValue = "/dev/stdout",
      description = "where the access log goes; default ${DEFAULT-VALUE}")
  private Path accessLog;

  @Option(
      names = "--error-log",
      paramLabel = "FILE",
      defaultValue = "stderr",
      description = "where the error log goes; default ${DEFAULT-VALUE}")
  private String errorLog;

  @Option(
      names = "--user",
      paramLabel = "USER",
      defaultValue = "",
      description = "the user that workers run as, if nginx is started as root")
  private String user;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "worker processes; default ${DEFAULT-VALUE}")
  private int workers;

  @Option(
      names = "--body-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_BODY_BYTES_MAX:-1073741824}",
      description =
          "the longest file, the same as the sidecars'; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_BODY_BYTES_MAX")
  private long bodyBytesMax;

  @Override
  public Integer call() throws BadOptionException {
    try {
      var config =
          new NginxConfig(
              host,
              port,
              ring,
              stagingDir.toAbsolutePath().resolve("published"),
              accessLog,
              errorLog,
              user,
              new NginxConfig.Workers(
                  workers,
                  NginxConfig.Workers.DEFAULT.connectionsMax(),
                  NginxConfig.Workers.DEFAULT.filesMax()),
              new NginxConfig.Limits(
                  bodyBytesMax,
                  NginxConfig.Limits.DEFAULT.connectTimeoutMs(),
                  NginxConfig.Limits.DEFAULT.sendTimeoutMs(),
                  NginxConfig.Limits.DEFAULT.readTimeoutMs()));
      spec.commandLine().getOut().print(config.render());
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IllegalArgumentException e) {
      throw BadOptionException.of(e);
    }
  }
}
