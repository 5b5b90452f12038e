package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxFiles;
import dev.holdfast.service.NginxPart;
import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast nginx-config}: prints the configuration of the nginx in front. */
@Command(
    name = "nginx-config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Prints the nginx configuration for a set of sidecars, for an nginx that runs elsewhere.",
      "It is for this boot of the machine: print it anew before each start of nginx.",
      "With --out nothing is printed: the directory gets nginx.conf and the files that it includes.",
      ""
    })
final class NginxConfigCommand implements Callable<Integer>, RecordDefaults.Source {
  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:HOLDFAST_NGINX_HOST:-0.0.0.0}",
      description = "IPv4 address to listen on; default ${DEFAULT-VALUE}; env HOLDFAST_NGINX_HOST")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_NGINX_PORT:-8080}",
      description = "port to listen on; default ${DEFAULT-VALUE}; env HOLDFAST_NGINX_PORT")
  private int port;

  @Option(
      names = "--ring",
      paramLabel = "HOST:PORT",
      split = ",",
      required = true,
      defaultValue = "${env:HOLDFAST_RING}",
      description =
          "all sidecars, comma separated, in the order of their own --ring; no default;"
              + " env HOLDFAST_RING")
  private List<String> ring;

  @Option(
      names = "--staging-dir",
      paramLabel = "DIR",
      required = true,
      defaultValue = "${env:HOLDFAST_STAGING_DIR}",
      description =
          "the directory that is shared with the sidecars; no default;"
              + " env HOLDFAST_STAGING_DIR")
  private Path stagingDir;

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_NGINX_ACCESS_LOG:-/dev/stdout}",
      description =
          "where the access log goes; default ${DEFAULT-VALUE};" + " env HOLDFAST_NGINX_ACCESS_LOG")
  private Path accessLog;

  @Option(
      names = "--error-log",
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_NGINX_ERROR_LOG:-stderr}",
      description =
          "where the error log goes; default ${DEFAULT-VALUE};" + " env HOLDFAST_NGINX_ERROR_LOG")
  private String errorLog;

  @Option(
      names = "--user",
      paramLabel = "USER",
      defaultValue = "${env:HOLDFAST_NGINX_USER:-}",
      description =
          "the user that workers run as, if nginx is started as root; nginx's own if empty, the"
              + " default; env HOLDFAST_NGINX_USER")
  private String user;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_NGINX_WORKERS}",
      description = "worker processes; default ${DEFAULT-VALUE}; env HOLDFAST_NGINX_WORKERS")
  private int workers;

  @Option(
      names = "--worker-memory-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_NGINX_WORKER_MEMORY_BYTES_MAX}",
      description =
          "the bound of a worker's memory; connections and requests follow from it; default"
              + " ${DEFAULT-VALUE}; env HOLDFAST_NGINX_WORKER_MEMORY_BYTES_MAX")
  private long workerMemoryBytesMax;

  @Option(
      names = "--body-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_BODY_BYTES_MAX}",
      description =
          "the longest file, the same as the sidecars'; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_BODY_BYTES_MAX")
  private long bodyBytesMax;

  @Option(
      names = "--ac-complete",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_AC_COMPLETE}",
      description =
          "the same as the sidecars'; if true, nginx does not answer for actions; default"
              + " ${DEFAULT-VALUE}; env HOLDFAST_AC_COMPLETE")
  private boolean acComplete;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "${env:HOLDFAST_NGINX_OUT}",
      description =
          "a directory for nginx.conf and the files that it includes; without it, the default, the"
              + " configuration is printed as one file; env HOLDFAST_NGINX_OUT")
  private Path out;

  private final List<NginxPart> parts;

  /**
   * @param parts the parts of the services that run in the sidecars
   */
  NginxConfigCommand(List<NginxPart> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, String> defaults() {
    return Map.of(
        "--workers", RecordDefaults.text(NginxConfig.Workers.DEFAULT.processes()),
        "--worker-memory-bytes-max",
            RecordDefaults.text(NginxConfig.Workers.DEFAULT.memoryBytesMax()),
        "--body-bytes-max", RecordDefaults.text(FilesConfig.DEFAULT.bodyBytesMax()),
        "--ac-complete", RecordDefaults.text(CasConfig.DEFAULT.actionsComplete()));
  }

  @Override
  public Integer call() throws BadOptionException {
    Path published = published();
    NginxFiles files =
        checked(
            () -> config(published).files(),
            Map.of(
                "sidecars", "--ring",
                "published", "--staging-dir",
                "processes", "--workers",
                "memoryBytesMax", "--worker-memory-bytes-max"));
    if (out == null) {
      spec.commandLine().getOut().print(files.inOne());
      spec.commandLine().getOut().flush();
    } else {
      write(files, out);
    }
    return 0;
  }

  private static void write(NginxFiles files, Path directory) throws BadOptionException {
    try {
      files.writeTo(directory);
    } catch (IOException e) {
      throw new BadOptionException("--out", "cannot write there: " + e.getMessage(), e);
    }
  }

  private Path published() throws BadOptionException {
    try {
      return Epoch.published(stagingDir.toAbsolutePath(), Epoch.sharedOf(ring));
    } catch (StartFailure.BootUnknown e) {
      throw new BadOptionException(Epoch.BOOT_VARIABLE, e.getMessage(), e);
    }
  }

  private NginxConfig config(Path published) {
    return new NginxConfig(
        new NginxConfig.Listen(host, port),
        ring,
        published,
        new NginxConfig.Logs(accessLog, errorLog),
        new NginxConfig.Workers(user, workers, workerMemoryBytesMax),
        new NginxConfig.Limits(
            bodyBytesMax,
            NginxConfig.Limits.DEFAULT.connectTimeoutMs(),
            NginxConfig.Limits.DEFAULT.sendTimeoutMs(),
            NginxConfig.Limits.DEFAULT.readTimeoutMs()),
        acComplete,
        parts);
  }
}
