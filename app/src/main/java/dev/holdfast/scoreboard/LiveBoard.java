package dev.holdfast.scoreboard;

import dev.holdfast.http.HttpLimits;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Scrape;
import java.io.IOException;
import java.net.BindException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scoreboard that follows a log. Once a second, one thread reads the new lines and publishes the
 * new state. Each viewer waits for states on a thread of its own.
 *
 * <p>Threading: {@link #close} may be called from any thread, and more than once.
 */
public final class LiveBoard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveBoard.class);

  private static final long STEP_MS = 1_000;

  /**
   * A second counts as whole so many seconds later: it has to be over, and nginx holds lines back
   * for up to a second.
   */
  private static final long WHOLE_SECONDS_AGO = 3;

  /** Requests at once besides the streams of the viewers. They are short. */
  private static final int SHORT_REQUESTS_MAX = 64;

  private static final long STOP_TIMEOUT_MS = 2_000;

  /** The least time between two log lines about failing steps, in milliseconds. */
  private static final long COMPLAINT_MS = 60_000;

  private final BoardConfig config;
  private final InstantSource clock;
  private final Instant start;
  private final Figures figures = new Figures();
  private final RecentSeconds recent;
  private final LatestBoard latest = new LatestBoard();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Scrape scrape = new Scrape();
  private final NginxMeters meters = new NginxMeters(scrape.meters().registry(), servers());
  private final LogFollower follower;
  private final SidecarWatch sidecars;
  private final Thread reader;
  private HttpService service;

  /**
   * Failures since the last log line. This field and the next belong to the reading thread alone.
   */
  private long unsaid;

  private long silentUntilNanos = System.nanoTime();

  /** A part of a step. */
  private interface Part {
    void run() throws IOException;
  }

  private LiveBoard(BoardConfig config, InstantSource clock) throws IOException {
    this.config = config;
    this.clock = clock;
    this.start = clock.instant();
    this.recent = new RecentSeconds(wholeSecond());
    this.follower =
        LogFollower.fromEnd(config.log(), new LogReader(clock, this::add, this::addGarbage));
    this.sidecars = SidecarWatch.start(config.sidecars());
    this.reader = Thread.ofPlatform().name("scoreboard").daemon().unstarted(this::run);
  }

  /**
   * Starts a scoreboard; its page is there when this returns.
   *
   * @throws BindException if the port is taken or the address is not of this machine
   * @throws IOException if the log cannot be read
   */
  public static LiveBoard start(BoardConfig config, InstantSource clock) throws IOException {
    var board = new LiveBoard(config, clock);
    try {
      board.service =
          HttpService.start(
              config.host(),
              config.port(),
              limits(config),
              () -> true,
              board.scrape,
              routes -> new BoardRoutes(board.latest, config.viewersMax()).addTo(routes));
    } catch (IOException | RuntimeException e) {
      board.sidecars.close();
      board.follower.close();
      throw e;
    }
    board.reader.start();
    log.info("scoreboard of {} on http://{}:{}", config.log(), config.host(), board.port());
    return board;
  }

  /** Returns the port that the page is on, 1 to 65535. */
  public int port() {
    return service.port();
  }

  @Override
  public void close() {
    closed.countDown();
    latest.close();
    service.close();
    sidecars.close();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns limits with a place for each viewer and more, so that viewers never take the places of
   * others.
   */
  private static HttpLimits limits(BoardConfig config) {
    int requestsMax = config.viewersMax() + SHORT_REQUESTS_MAX;
    return HttpLimits.DEFAULT
        .withConnectionsMax(2 * requestsMax)
        .withRequestsMax(requestsMax)
        .withStopTimeoutMs(STOP_TIMEOUT_MS);
  }

  private void run() {
    try (follower) {
      do {
        step();
      } while (!closed.await(STEP_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("{} could not be closed", config.log(), e);
    }
  }

  private void step() {
    attempt(follower::poll);
    attempt(() -> latest.publish(Json.line(board())));
  }

  /**
   * Runs a part of a step, and logs any failure. The next step may succeed, and a thread that ended
   * would say nothing.
   */
  private void attempt(Part part) {
    try {
      part.run();
    } catch (IOException | RuntimeException e) {
      meters.readFailure();
      unsaid++;
      if (System.nanoTime() - silentUntilNanos >= 0) {
        log.warn("{} could not be read, {} times; it is tried again", config.log(), unsaid, e);
        unsaid = 0;
        silentUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COMPLAINT_MS);
      }
    }
  }

  private Board board() {
    var points = recent.upTo(wholeSecond());
    OptionalLong invalid =
        config
            .loadSummary()
            .map(summary -> LoadSummary.invalidData(summary, start))
            .orElseGet(OptionalLong::empty);
    return new Board(
        points.getLast().successPerSecond(),
        figures.live(),
        invalid.isPresent() ? invalid.getAsLong() : null,
        sidecars.states(),
        points);
  }

  /** Returns the newest second of which all lines are there, in seconds since 1970. */
  private long wholeSecond() {
    return clock.instant().getEpochSecond() - WHOLE_SECONDS_AGO;
  }

  private void add(LogEntry entry) {
    figures.add(entry).ifPresent(recent::forgetFrom);
    recent.add(entry);
    meters.request(
        entry.second(),
        entry.method(),
        entry.outcome().word(),
        entry.servedBy().word(),
        entry.bytesSent(),
        entry.durationMs());
  }

  private void addGarbage() {
    figures.addGarbage();
    meters.invalidLine();
  }

  private static List<String> servers() {
    return Stream.of(ServedBy.values()).map(ServedBy::word).toList();
  }
}
