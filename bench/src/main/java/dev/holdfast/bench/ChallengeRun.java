package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The phases of the challenge's load on one server: creations that fill the set of names, a rate
 * that grows until the knee, half the knee's rate, twice the knee's rate, and half of it again.
 *
 * <p>The knee is the second with the most right answers before the first request that failed or
 * took more than a second. The growth ends when {@link #BAD_MAX} requests failed, when a second's
 * requests are in progress, when the load is a second behind, or when its time is up.
 */
final class ChallengeRun {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int BAD_MAX = 100;
  private static final int IN_PROGRESS_MIN = 500;
  private static final int SENDS_A_TURN = 16;
  private static final int HALF_SECONDS = 10;
  private static final int TWICE_SECONDS = 15;
  private static final int TWICE_FROM = 5;
  private static final int RECOVERY_SECONDS = 20;
  private static final int DRAIN_SECONDS = 30;

  private final ExchangeLoop loop;
  private final ChallengeMix mix;
  private final String serverCores;
  private final String loadCores;
  private final PrintStream progress;
  private final List<Busy> servers = new ArrayList<>();
  private final List<Busy> load = new ArrayList<>();

  /** Sends the request that is due. */
  private interface Next {
    void send(ChallengeTally tally, long due);
  }

  /**
   * @param serverCores the cores of the server, as taskset takes them
   * @param loadCores the cores of this process
   */
  ChallengeRun(
      ExchangeLoop loop,
      ChallengeMix mix,
      String serverCores,
      String loadCores,
      PrintStream progress) {
    this.loop = loop;
    this.mix = mix;
    this.serverCores = serverCores;
    this.loadCores = loadCores;
    this.progress = progress;
  }

  /**
   * What a run has found.
   *
   * @param second the knee's second within the growth, -1 if there was none
   * @param serversBusy the share of the knee's second in which the servers' cores were busy
   * @param loadBusy the same of the load's cores
   */
  record Found(
      ChallengeTally fill,
      ChallengeTally growth,
      ChallengeTally half,
      ChallengeTally twice,
      ChallengeTally recovery,
      int second,
      double serversBusy,
      double loadBusy) {
    int knee() {
      return growth.right(second);
    }

    int invalid() {
      return fill.invalid()
          + growth.invalid()
          + half.invalid()
          + twice.invalid()
          + recovery.invalid();
    }

    double meanAtTwice() {
      return twice.meanRight(TWICE_FROM, TWICE_SECONDS);
    }

    /** Returns how many requests a second were sent when twice the knee was due. */
    double sentAtTwice() {
      return (double) twice.sent() / TWICE_SECONDS;
    }
  }

  /** Fills the set of names at a constant rate, and waits for all answers. */
  ChallengeTally fill(int names, double perSecond) throws IOException {
    ChallengeTally tally =
        phase("fill", perSecond, 0, (int) Math.ceil(names / perSecond), mix::create);
    drain();
    progress.printf(
        "fill: %d of %d failed, p99 %.1f ms, longest wait to send %.1f ms %s%n",
        tally.failed(), tally.sent(), tally.writeP99Ms(), tally.lateMsMax(), tally.reasons());
    return tally;
  }

  /**
   * Runs the phases after the filling.
   *
   * @throws IllegalStateException when not even the first second was right
   */
  Found run(ChallengeTally fill, double start, double growth, int seconds) throws IOException {
    ChallengeTally growing = phase("growth", start, growth, seconds, mix::next);
    List<Busy> serversGrowing = List.copyOf(servers);
    List<Busy> loadGrowing = List.copyOf(load);
    drain();
    int second = growing.best(serversGrowing.size() - 1);
    if (second < 0) {
      throw new IllegalStateException("no second without a failure: " + growing.reasons());
    }
    int knee = growing.right(second);
    progress.printf("knee: %d/s in second %d; then %s%n", knee, second, growing.reasons());
    ChallengeTally half = phase("half the knee", knee / 2.0, 0, HALF_SECONDS, mix::next);
    drain();
    ChallengeTally twice = phase("twice the knee", knee * 2.0, 0, TWICE_SECONDS, mix::next);
    ChallengeTally recovery = phase("recovery", knee / 2.0, 0, RECOVERY_SECONDS, mix::next);
    drain();
    return new Found(
        fill,
        growing,
        half,
        twice,
        recovery,
        second,
        serversGrowing.get(second + 1).shareSince(serversGrowing.get(second)),
        loadGrowing.get(second + 1).shareSince(loadGrowing.get(second)));
  }

  /**
   * Sends for so many seconds of the clock. Requests that are then still to be sent are left, so
   * that a load that falls behind lasts no longer and shows.
   */
  private ChallengeTally phase(String title, double start, double growth, int seconds, Next next)
      throws IOException {
    long begin = System.nanoTime();
    var tally = new ChallengeTally(begin);
    servers.clear();
    load.clear();
    double due = 0; // seconds after the beginning
    boolean ended = false;
    for (int second = 0; second < seconds && !ended; second++) {
      servers.add(Busy.now(serverCores));
      load.add(Busy.now(loadCores));
      long end = begin + (second + 1) * SECOND;
      while (end - System.nanoTime() > 0) {
        for (int i = 0; i < SENDS_A_TURN && begin + nanos(due) - System.nanoTime() <= 0; i++) {
          next.send(tally, begin + nanos(due));
          due += 1 / (start + growth * Math.floor(due));
        }
        loop.turn(Math.min(end, begin + nanos(due)));
      }
      boolean behind = second + 1 - due > 1;
      progress.printf(
          "%s: %.0f/s due, %d sent, %d right, %d failed, %d in progress%s%n",
          title,
          start + growth * second,
          tally.sent(),
          tally.right(second),
          tally.failed(),
          loop.inProgress(),
          behind ? ", the load is behind" : "");
      ended =
          growth > 0
              && (behind
                  || tally.failed() >= BAD_MAX
                  || loop.inProgress() > Math.max(IN_PROGRESS_MIN, start + growth * second));
    }
    servers.add(Busy.now(serverCores));
    load.add(Busy.now(loadCores));
    return tally;
  }

  private static long nanos(double seconds) {
    return (long) (seconds * SECOND);
  }

  private void drain() throws IOException {
    long end = System.nanoTime() + DRAIN_SECONDS * SECOND;
    while (loop.inProgress() > 0 && System.nanoTime() < end) {
      loop.turn(Math.min(end, System.nanoTime() + SECOND / 10));
    }
  }
}
