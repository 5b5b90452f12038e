package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.scoreboard.BoardConfig;
import dev.holdfast.scoreboard.LiveBoard;
import dev.holdfast.scoreboard.LogReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast scoreboard}: figures of nginx's access log, of a whole one or live. */
@Command(
    name = "scoreboard",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Shows the figures of nginx's access log: a whole log as a table, JSON or a page with plots,"
          + " or live as a page for all to see.",
      ""
    })
final class ScoreboardCommand implements Callable<Integer>, RecordDefaults.Source {
  private static final String LOG = "--log";
  private static final String LIVE = "--live";

  @Spec private CommandSpec spec;

  @Option(
      names = LOG,
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_LOG:-holdfast-data/nginx/access.log}",
      description =
          "nginx's access log; - is standard input; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_SCOREBOARD_LOG")
  private String log;

  @Option(
      names = "--json",
      paramLabel = "BOOLEAN",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_JSON:-false}",
      description =
          "print JSON, not a table; default ${DEFAULT-VALUE}; env HOLDFAST_SCOREBOARD_JSON")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "BOOLEAN",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_HTML:-false}",
      description =
          "print a page with plots, not a table; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_SCOREBOARD_HTML")
  private boolean html;

  @Option(
      names = LIVE,
      paramLabel = "BOOLEAN",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_LIVE:-false}",
      description =
          "serve a page that follows the log, until Ctrl-C; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_SCOREBOARD_LIVE")
  private boolean live;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_HOST:-127.0.0.1}",
      description =
          "address that the page is on; default ${DEFAULT-VALUE}; env HOLDFAST_SCOREBOARD_HOST")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_PORT:-8090}",
      description =
          "port that the page is on, 0 takes a free one; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_SCOREBOARD_PORT")
  private int port;

  @Option(
      names = "--sidecars",
      paramLabel = "HOST:PORT",
      split = ",",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_SIDECARS:-}",
      description =
          "sidecars whose state the page shows, comma separated; default none;"
              + " env HOLDFAST_SCOREBOARD_SIDECARS")
  private List<String> sidecars;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_SUMMARY}",
      description =
          "summary.json of a load run, for the wrong data that it counted; default none;"
              + " env HOLDFAST_SCOREBOARD_SUMMARY")
  private Path summary;

  @Option(
      names = "--viewers-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_SCOREBOARD_VIEWERS_MAX}",
      description =
          "pages open at once, a further one is answered 503; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_SCOREBOARD_VIEWERS_MAX")
  private int viewersMax;

  @Override
  public Map<String, String> defaults() {
    return Map.of("--viewers-max", RecordDefaults.text(BoardConfig.VIEWERS_MAX_DEFAULT));
  }

  @Override
  public Integer call() throws BadOptionException, InterruptedException {
    if (json && html) {
      throw new BadOptionException("--html", "not together with --json", null);
    }
    if (live) {
      return serve();
    }
    LogReport report = read();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.json() : html ? report.html(log) : report.table());
    out.flush();
    return 0;
  }

  private int serve() throws BadOptionException, InterruptedException {
    if (json || html || log.equals("-")) {
      throw new BadOptionException(LIVE, "needs a file, and is not with --json or --html", null);
    }
    LogOutput.begin(LogOutput.JSON);
    LiveBoard board = start(checked(this::config));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(board::close));
    new CountDownLatch(1).await();
    return 0;
  }

  private BoardConfig config() {
    return new BoardConfig(
        host,
        port,
        Path.of(log),
        sidecars.stream().map(String::strip).filter(sidecar -> !sidecar.isEmpty()).toList(),
        Optional.ofNullable(summary),
        viewersMax);
  }

  private static LiveBoard start(BoardConfig config) throws BadOptionException {
    try {
      return LiveBoard.start(config, InstantSource.system());
    } catch (BindException e) {
      throw new BadOptionException(StartOptions.LISTEN, e.getMessage(), e);
    } catch (IOException e) {
      throw new BadOptionException(LOG, "cannot read " + e.getMessage(), e);
    }
  }

  private LogReport read() throws BadOptionException {
    try {
      return log.equals("-") ? LogReport.of(System.in) : LogReport.of(file());
    } catch (IOException e) {
      throw new BadOptionException(LOG, "cannot read " + log + ": " + e.getMessage(), e);
    }
  }

  private Path file() throws BadOptionException {
    Path file = Path.of(log);
    if (!Files.isRegularFile(file)) {
      throw new BadOptionException(LOG, "no file at " + log, null);
    }
    return file;
  }
}
