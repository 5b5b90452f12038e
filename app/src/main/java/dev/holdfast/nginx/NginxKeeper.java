package dev.holdfast.nginx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an nginx running, its access log within its bound, and few files of it open while it idles.
 * It starts an nginx again that has ended. It gives up an nginx that cannot be started, or that
 * ends again at once several times.
 *
 * <p>Threading: {@link #close} may be called from any thread, and more than once.
 */
public final class NginxKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NginxKeeper.class);

  /** The time between two looks, in milliseconds. */
  private static final long POLL_MS = 100;

  private static final int STARTS_MAX = 5;
  private static final long PAUSE_MS = 1_000;

  /** An nginx that has run for so long counts as steady, in milliseconds. */
  private static final long STEADY_MS = 60_000;

  private final Path program;
  private final Path workDir;
  private final NginxConfig config;
  private final AccessLog accessLog;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CompletableFuture<String> givenUp = new CompletableFuture<>();
  private Thread keeping; // set once, in start

  private volatile NginxProcess nginx;
  private long startedNanos; // of the keeping thread
  private long filesClosedNanos; // of the keeping thread
  private int starts; // in a row that did not last; of the keeping thread

  private NginxKeeper(Path program, Path workDir, NginxConfig config, AccessLog accessLog) {
    this.program = program;
    this.workDir = workDir;
    this.config = config;
    this.accessLog = accessLog;
  }

  /** Starts nginx, like {@link NginxProcess#start}, and keeps it from then on. */
  public static NginxKeeper start(
      Path program, Path workDir, NginxConfig config, AccessLog accessLog) throws IOException {
    var keeper = new NginxKeeper(program, workDir, config, accessLog);
    accessLog.keepWithinBound(() -> {});
    keeper.startNginx();
    keeper.keeping = Thread.ofVirtual().name("nginx-keeper").start(keeper::keep);
    return keeper;
  }

  /** Returns a future that is completed when nginx is given up, with the reason. */
  public CompletableFuture<String> givenUp() {
    return givenUp;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      keeping.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (!nginx.isAlive()) {
        endWhatIsLeft();
      }
    } catch (IOException e) {
      log.warn("nginx did not end cleanly", e);
    }
    nginx.close();
  }

  private void keep() {
    boolean ended = false;
    while (!ended && !isClosedWithin(POLL_MS)) {
      if (nginx.isAlive()) {
        boundLog();
        closeIdleFiles();
      } else {
        ended = !startAgain();
      }
    }
  }

  private void boundLog() {
    try {
      accessLog.keepWithinBound(nginx::reopenLogs);
    } catch (IOException e) {
      log.error("the access log cannot be set aside; trying again", e);
      isClosedWithin(PAUSE_MS);
    }
  }

  private void closeIdleFiles() {
    if (System.nanoTime() - filesClosedNanos < TimeUnit.MILLISECONDS.toNanos(IdleFiles.EVERY_MS)) {
      return;
    }
    filesClosedNanos = System.nanoTime();
    try {
      new IdleFiles(config.listen()).close();
    } catch (IOException e) {
      log.debug("nginx was not asked to close idle files; asking again", e);
    }
  }

  /** Starts nginx again. Returns false if it is given up, or if this is closed meanwhile. */
  private boolean startAgain() {
    if (System.nanoTime() - startedNanos > TimeUnit.MILLISECONDS.toNanos(STEADY_MS)) {
      starts = 0;
    }
    String why = nginx.howItEnded();
    while (starts < STARTS_MAX) {
      starts++;
      log.error("nginx ended: {}; starting it again", why);
      try {
        endWhatIsLeft();
        startNginx();
        return true;
      } catch (IOException e) {
        why = e.getMessage();
      }
      if (isClosedWithin(PAUSE_MS)) {
        return false;
      }
    }
    givenUp.complete("nginx ended and cannot be started again: " + why);
    return false;
  }

  /**
   * Ends workers that go on without their master: they would hold the port and its standard error.
   */
  private void endWhatIsLeft() throws IOException {
    List<Long> left = new LeftNginx(workDir).end();
    if (!left.isEmpty()) {
      log.warn("processes {} of that nginx were left, and were ended", left);
    }
    nginx.close();
  }

  private void startNginx() throws IOException {
    nginx = NginxProcess.start(program, workDir, config);
    startedNanos = System.nanoTime();
    filesClosedNanos = startedNanos;
  }

  private boolean isClosedWithin(long ms) {
    try {
      return closing.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
