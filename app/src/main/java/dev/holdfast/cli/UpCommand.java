package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.service.StartFailure;
import dev.holdfast.service.StartFailure.Listener;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast up}: runs a whole stack in the foreground until it is interrupted. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Runs a whole stack on this machine, in the foreground: nginx, sidecars, and stand-in file"
          + " servers or your own.",
      "Ctrl-C stops all of it; what was written is still there at the next start.",
      ""
    })
final class UpCommand implements Callable<Integer>, RecordDefaults.Source {
  private static final StartOptions START_OPTIONS =
      new StartOptions(
          Map.of(
              Listener.SIDECAR, "--sidecar-port",
              Listener.FILE_SERVER, "--file-server-port",
              Listener.SCOREBOARD, "--scoreboard-port"),
          "--data-dir",
          Map.of(
              "sidecars", "--sidecar-port",
              "published", "--data-dir",
              "accessLog", "--data-dir",
              "processes", "--nginx-workers"));

  private static final int PAIRS_MAX = 64;
  private static final int NGINX_WORKERS_MAX = 1024;
  private static final long LOGS_BYTES_LEAST = 1 << 20;
  private static final long LOGS_BYTES_MOST = 1L << 50;
  private static final String FILE_SERVERS = "--file-servers";
  private static final Map<String, String> STAND_IN_OPTIONS =
      Map.of("latencyMs", "--file-server-latency-ms");

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:HOLDFAST_UP_HOST:-127.0.0.1}",
      description =
          "IPv4 address that nginx listens on; default ${DEFAULT-VALUE}; env HOLDFAST_UP_HOST")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_UP_PORT:-8080}",
      description = "port that nginx listens on; default ${DEFAULT-VALUE}; env HOLDFAST_UP_PORT")
  private int port;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_UP_PAIRS:-3}",
      description =
          "sidecars, each with a stand-in file server, 1 to 64; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_UP_PAIRS")
  private int pairs;

  @Option(
      names = FILE_SERVERS,
      paramLabel = "URL",
      split = ",",
      defaultValue = "${env:HOLDFAST_UP_FILE_SERVERS:-}",
      description =
          "your own file servers, comma separated, a sidecar for each, instead of stand-ins;"
              + " default none;"
              + " env HOLDFAST_UP_FILE_SERVERS")
  private List<String> fileServers;

  @Option(
      names = "--sidecar-port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_UP_SIDECAR_PORT:-8181}",
      description =
          "port of the first sidecar, the others follow; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_UP_SIDECAR_PORT")
  private int sidecarPort;

  @Option(
      names = "--file-server-port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_UP_FILE_SERVER_PORT:-1234}",
      description =
          "port of the first stand-in, the others follow; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_UP_FILE_SERVER_PORT")
  private int fileServerPort;

  @Option(
      names = "--file-server-latency-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_UP_FILE_SERVER_LATENCY_MS}",
      description =
          "how long a stand-in sleeps in every request; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_UP_FILE_SERVER_LATENCY_MS")
  private long fileServerLatencyMs;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "${env:HOLDFAST_UP_DATA_DIR:-holdfast-data}",
      description =
          "where everything is kept, made when missing; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_UP_DATA_DIR")
  private Path dataDir;

  @Option(
      names = "--nginx",
      paramLabel = "PROGRAM",
      defaultValue = "${env:HOLDFAST_UP_NGINX}",
      description =
          "the nginx program; default: the one on the PATH or in the usual places;"
              + " env HOLDFAST_UP_NGINX")
  private Path nginx;

  @Option(
      names = "--nginx-workers",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_UP_NGINX_WORKERS:-1}",
      description =
          "nginx's worker processes; default ${DEFAULT-VALUE}; env HOLDFAST_UP_NGINX_WORKERS")
  private int nginxWorkers;

  @Option(
      names = "--logs-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_UP_LOGS_BYTES_MAX:-100663296}",
      description =
          "what nginx's access log and the one before it may take of the disk together; default"
              + " ${DEFAULT-VALUE}; env HOLDFAST_UP_LOGS_BYTES_MAX")
  private long logsBytesMax;

  @Option(
      names = "--scoreboard-port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_UP_SCOREBOARD_PORT:-8090}",
      description =
          "port of the live scoreboard, on loopback, 0 starts none; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_UP_SCOREBOARD_PORT")
  private int scoreboardPort;

  @Option(
      names = "--scoreboard-summary",
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_UP_SCOREBOARD_SUMMARY}",
      description =
          "summary.json of a load run, for the wrong data that the scoreboard shows; default none;"
              + " env HOLDFAST_UP_SCOREBOARD_SUMMARY")
  private Path scoreboardSummary;

  @Mixin private LimitOptions limits;

  @Mixin private RequestOptions requests;

  @Mixin private CasOptions store;

  private final HostedOptions hosted;

  /**
   * @param hosted the services that run in the sidecars besides, whose options are added to the
   *     command
   */
  UpCommand(HostedOptions hosted) {
    this.hosted = hosted;
  }

  @Override
  public Map<String, String> defaults() {
    return Map.of(
        STAND_IN_OPTIONS.get("latencyMs"),
        RecordDefaults.text(FileServerConfig.real(Path.of("")).latencyMs()));
  }

  @Override
  public Integer call() throws BadOptionException, InterruptedException {
    Consumer<String> out = lines(LogOutput.begin(LogOutput.TEXT));
    Stack stack = start(config(), out);
    out.accept("");
    out.accept("Holdfast is up: " + stack.front() + "/api/fileserver/{name}");
    out.accept(
        "Try:  echo hello | curl -T - %1$s/api/fileserver/hello && curl %1$s/api/fileserver/hello"
            .formatted(stack.front()));
    out.accept("Ctrl-C stops it.");
    String failure = stack.awaitFailure();
    spec.commandLine().getErr().println(spec.qualifiedName() + ": " + failure);
    return 1;
  }

  private static Stack start(StackConfig config, Consumer<String> out) throws BadOptionException {
    try {
      return Stack.start(
          config,
          out,
          starting ->
              Runtime.getRuntime()
                  .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(out, starting))));
    } catch (StartFailure e) {
      throw START_OPTIONS.complaint(e);
    }
  }

  private static void stop(Consumer<String> out, Stack stack) {
    out.accept("stopping ...");
    stack.close();
    out.accept("stopped");
  }

  /** What there is to say on standard output: for people, or as events among the others. */
  private Consumer<String> lines(LogOutput output) {
    return switch (output) {
      case TEXT -> this::print;
      case JSON -> UpCommand::logUnlessEmpty;
    };
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** The logger is made here: a constant would be made before {@link LogOutput#begin}. */
  private static void logUnlessEmpty(String line) {
    if (!line.isEmpty()) {
      LoggerFactory.getLogger(UpCommand.class).info(line);
    }
  }

  private StackConfig config() throws BadOptionException {
    List<URI> origins = origins();
    int count = origins.isEmpty() ? pairs : origins.size();
    within("--port", port, 1, 65_535);
    within("--sidecar-port", sidecarPort, 1, 65_536 - count);
    within("--file-server-port", fileServerPort, 1, 65_536 - count);
    within("--scoreboard-port", scoreboardPort, 0, 65_535);
    within("--nginx-workers", nginxWorkers, 1, NGINX_WORKERS_MAX);
    within("--logs-bytes-max", logsBytesMax, LOGS_BYTES_LEAST, LOGS_BYTES_MOST);
    return new StackConfig(
        new StackConfig.Front(host, port, Optional.ofNullable(nginx), nginxWorkers, logsBytesMax),
        IntStream.range(0, count).map(i -> sidecarPort + i).boxed().toList(),
        origins.isEmpty() ? checked(() -> standIns(count), STAND_IN_OPTIONS) : List.of(),
        origins,
        limits.origins(),
        dataDir,
        new StackConfig.Scoreboard(scoreboardPort, Optional.ofNullable(scoreboardSummary)),
        new SidecarSettings(
            limits.staging(),
            limits.files(),
            requests.http(),
            store.cas(limits.files()),
            hosted.configured()));
  }

  /** The user's own file servers; none if there are to be stand-ins. */
  private List<URI> origins() throws BadOptionException {
    List<URI> origins = new ArrayList<>();
    for (String url : fileServers) {
      if (!url.isBlank()) {
        origins.add(limits.origin(url(url.strip()), FILE_SERVERS).base());
      }
    }
    if (origins.isEmpty()) {
      within("--pairs", pairs, 1, PAIRS_MAX);
    } else if (origins.size() > PAIRS_MAX) {
      throw new BadOptionException(
          FILE_SERVERS, origins.size() + " are more than " + PAIRS_MAX, null);
    }
    return origins;
  }

  private static URI url(String url) throws BadOptionException {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw new BadOptionException(FILE_SERVERS, e.getMessage(), e);
    }
  }

  private List<FileServerConfig> standIns(int count) {
    Path files = dataDir.toAbsolutePath().resolve("files");
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new FileServerConfig(
                    "127.0.0.1",
                    fileServerPort + i,
                    files,
                    fileServerLatencyMs,
                    FileServerConfig.real(files).inFlightMax(),
                    Faults.real()))
        .toList();
  }

  private static void within(String option, long value, long least, long most)
      throws BadOptionException {
    if (value < least || value > most) {
      throw new BadOptionException(
          option, "must be " + least + " to " + most + ", not " + value, null);
    }
  }
}
