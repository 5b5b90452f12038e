package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.fileserver.Fault;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast fileserver}: runs one stand-in in the foreground until it is interrupted. */
@Command(
    name = "fileserver",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Runs a stand-in for the slow, fragile file server: same API, latency, limits and faults.",
      "What it has counted is at /stand-in/counts.",
      ""
    })
public final class FileServerCommand implements Callable<Integer>, RecordDefaults.Source {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:HOLDFAST_FILESERVER_HOST:-0.0.0.0}",
      description = "address to listen on; default ${DEFAULT-VALUE}; env HOLDFAST_FILESERVER_HOST")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_FILESERVER_PORT:-1234}",
      description =
          "port to listen on, 0 takes a free one; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_FILESERVER_PORT")
  private int port;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "${env:HOLDFAST_FILESERVER_DATA_DIR:-files}",
      description =
          "where the files lie, made when missing; several file servers may share one;"
              + " default ${DEFAULT-VALUE}; env HOLDFAST_FILESERVER_DATA_DIR")
  private Path dataDir;

  @Option(
      names = "--latency-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_FILESERVER_LATENCY_MS}",
      description =
          "how long every request sleeps first, in milliseconds; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_FILESERVER_LATENCY_MS")
  private long latencyMs;

  @Option(
      names = "--in-flight-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_FILESERVER_IN_FLIGHT_MAX}",
      description =
          "requests in flight at once, a further one is answered 429; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_FILESERVER_IN_FLIGHT_MAX")
  private int inFlightMax;

  @ArgGroup(validate = false, heading = "%nFaults of the real server, all on by default:%n")
  private final FaultOptions faults = new FaultOptions();

  @Override
  public Map<String, String> defaults() {
    FileServerConfig real = FileServerConfig.real(Path.of(""));
    return Map.of(
        "--latency-ms", RecordDefaults.text(real.latencyMs()),
        "--in-flight-max", RecordDefaults.text(real.inFlightMax()));
  }

  @Override
  public Integer call() throws BadOptionException, InterruptedException {
    LogOutput.begin(LogOutput.JSON);
    FileServerConfig config = checked(this::config);
    try (var server = FileServer.start(config)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
      new CountDownLatch(1).await(); // until the process is interrupted
      return 0;
    } catch (BindException e) {
      throw new BadOptionException(StartOptions.LISTEN, e.getMessage(), e);
    } catch (IOException e) {
      throw new BadOptionException("--data-dir", e.getMessage(), e);
    }
  }

  private FileServerConfig config() {
    return new FileServerConfig(host, port, dataDir, latencyMs, inFlightMax, faults.faults());
  }

  /** The options of the faults, one for each. */
  private static final class FaultOptions {
    @Option(
        names = "--fault-deadlock",
        negatable = true,
        defaultValue = "${env:HOLDFAST_FILESERVER_FAULT_DEADLOCK:-true}",
        fallbackValue = "true",
        description =
            "a DELETE that overlaps a GET or PUT of the same name hangs the server for good;"
                + " env HOLDFAST_FILESERVER_FAULT_DEADLOCK")
    private boolean deadlock;

    @Option(
        names = "--fault-mixed-puts",
        negatable = true,
        defaultValue = "${env:HOLDFAST_FILESERVER_FAULT_MIXED_PUTS:-true}",
        fallbackValue = "true",
        description =
            "two PUTs of one name write into the same file at the same time;"
                + " env HOLDFAST_FILESERVER_FAULT_MIXED_PUTS")
    private boolean mixedPuts;

    @Option(
        names = "--fault-broken-upload-removes",
        negatable = true,
        defaultValue = "${env:HOLDFAST_FILESERVER_FAULT_BROKEN_UPLOAD_REMOVES:-true}",
        fallbackValue = "true",
        description =
            "an upload that breaks off, or a chunked one, removes the file;"
                + " env HOLDFAST_FILESERVER_FAULT_BROKEN_UPLOAD_REMOVES")
    private boolean brokenUploadRemoves;

    @Option(
        names = "--fault-stale-names",
        negatable = true,
        defaultValue = "${env:HOLDFAST_FILESERVER_FAULT_STALE_NAMES:-true}",
        fallbackValue = "true",
        description =
            "a file that this server knows and another one removed is answered 200 with an error"
                + " text; env HOLDFAST_FILESERVER_FAULT_STALE_NAMES")
    private boolean staleNames;

    @Option(
        names = "--fault-send-errors",
        negatable = true,
        defaultValue = "${env:HOLDFAST_FILESERVER_FAULT_SEND_ERRORS:-true}",
        fallbackValue = "true",
        description =
            "an error while a file is sent is appended to its content;"
                + " env HOLDFAST_FILESERVER_FAULT_SEND_ERRORS")
    private boolean sendErrors;

    @Option(
        names = "--send-error-permille",
        paramLabel = "N",
        defaultValue = "${env:HOLDFAST_FILESERVER_SEND_ERROR_PERMILLE:-0}",
        description =
            "GETs in a thousand that meet a made-up read error halfway; default"
                + " ${DEFAULT-VALUE}; env HOLDFAST_FILESERVER_SEND_ERROR_PERMILLE")
    private int sendErrorPermille;

    @Option(
        names = "--send-cut-permille",
        paramLabel = "N",
        defaultValue = "${env:HOLDFAST_FILESERVER_SEND_CUT_PERMILLE:-0}",
        description =
            "GETs in a thousand whose connection is cut halfway; default ${DEFAULT-VALUE};"
                + " env HOLDFAST_FILESERVER_SEND_CUT_PERMILLE")
    private int sendCutPermille;

    @Option(
        names = "--fault-abandoned-runs",
        negatable = true,
        defaultValue = "${env:HOLDFAST_FILESERVER_FAULT_ABANDONED_RUNS:-true}",
        fallbackValue = "true",
        description =
            "a request that the client gave up on is carried out all the same;"
                + " env HOLDFAST_FILESERVER_FAULT_ABANDONED_RUNS")
    private boolean abandonedRuns;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "${env:HOLDFAST_FILESERVER_SEED:-1}",
        description =
            "decides which GETs the two rates hit; default ${DEFAULT-VALUE};"
                + " env HOLDFAST_FILESERVER_SEED")
    private long seed;

    Faults faults() {
      Set<Fault> on = EnumSet.noneOf(Fault.class);
      addIf(deadlock, Fault.DEADLOCK, on);
      addIf(mixedPuts, Fault.MIXED_PUTS, on);
      addIf(brokenUploadRemoves, Fault.BROKEN_UPLOAD_REMOVES, on);
      addIf(staleNames, Fault.STALE_NAMES, on);
      addIf(sendErrors, Fault.SEND_ERRORS, on);
      addIf(abandonedRuns, Fault.ABANDONED_RUNS, on);
      return new Faults(on, sendErrorPermille, sendCutPermille, seed);
    }

    private static void addIf(boolean wanted, Fault fault, Set<Fault> on) {
      if (wanted) {
        on.add(fault);
      }
    }
  }
}
