package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.files.FilesConfig;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast sidecar}: runs one sidecar in the foreground until it is interrupted. */
@Command(
    name = "sidecar",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Runs one sidecar: reads and writes of its share of the names, in front of one file server.",
      "nginx in front of the sidecars must name them as --ring does, in the same order.",
      ""
    })
final class SidecarCommand implements Callable<Integer> {
  private static final StartOptions START_OPTIONS =
      new StartOptions(Map.of(), "--staging-dir", Map.of());

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:HOLDFAST_HOST:-127.0.0.1}",
      description = "address to listen on; default ${DEFAULT-VALUE}; env HOLDFAST_HOST")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_PORT:-8181}",
      description =
          "port to listen on, 0 takes a free one; default ${DEFAULT-VALUE}; env HOLDFAST_PORT")
  private int port;

  @Option(
      names = "--origin",
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_ORIGIN:-http://127.0.0.1:1234}",
      description = "the file server; default ${DEFAULT-VALUE}; env HOLDFAST_ORIGIN")
  private URI origin;

  @Option(
      names = "--ring",
      paramLabel = "HOST:PORT",
      split = ",",
      defaultValue = "${env:HOLDFAST_RING:-127.0.0.1:8181}",
      description =
          "all sidecars, comma separated, as nginx's upstream names them and in its order;"
              + " default ${DEFAULT-VALUE}; env HOLDFAST_RING")
  private List<String> ring;

  @Option(
      names = "--self",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:HOLDFAST_SELF:-127.0.0.1:8181}",
      description = "which of --ring this one is; default ${DEFAULT-VALUE}; env HOLDFAST_SELF")
  private String self;

  @Option(
      names = "--staging-dir",
      paramLabel = "DIR",
      defaultValue = "${env:HOLDFAST_STAGING_DIR:-holdfast-data/staging}",
      description =
          "the directory that is shared with nginx; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_STAGING_DIR")
  private Path stagingDir;

  @Mixin private LimitOptions limits;

  @Mixin private RequestOptions requests;

  @Mixin private CasOptions store;

  private final HostedOptions hosted;

  /**
   * @param hosted the services that run in it besides, whose options are added to the command
   */
  SidecarCommand(HostedOptions hosted) {
    this.hosted = hosted;
  }

  @Override
  public Integer call() throws BadOptionException, InterruptedException {
    LogOutput.begin(LogOutput.JSON);
    Sidecar sidecar = start(config());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(sidecar::close));
    new CountDownLatch(1).await();
    return 0;
  }

  private static Sidecar start(SidecarConfig config) throws BadOptionException {
    try {
      return Sidecar.start(config);
    } catch (StartFailure e) {
      throw START_OPTIONS.complaint(e);
    }
  }

  private SidecarConfig config() throws BadOptionException {
    FilesConfig files = limits.files();
    OriginConfig behind = limits.origin(origin, "--origin");
    var settings =
        new SidecarSettings(
            limits.staging(), files, requests.http(), store.cas(files), hosted.configured());
    return checked(
        () ->
            new SidecarConfig(
                host, port, ring, self, stagingDir.toAbsolutePath(), behind, settings));
  }
}
