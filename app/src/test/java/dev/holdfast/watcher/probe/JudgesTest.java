package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Searches that take long, and those that wait for them. */
final class JudgesTest {
  private static final EndpointId SLOW = new EndpointId("slow");
  private static final EndpointId OTHER = new EndpointId("other");

  private final ManualNanos time = new ManualNanos();
  private final Deadlines deadlines = new Deadlines(time, _ -> {});

  private void judge(Judges judges, EndpointId endpoint, long ms) throws InterruptedException {
    var done = new CountDownLatch(1);
    judges.execute(endpoint, () -> time.advanceMs(ms));
    judges.execute(endpoint, done::countDown); // behind it in the same lane, or in the slow one
    await(done);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(Patience.STEP_S, TimeUnit.SECONDS)).as("came in time").isTrue();
  }

  /** Holds a judge until the test is over. */
  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void slowOne_holdsUpNoQuickOne_untilItWasQuickForAWhile() throws Exception {
    var judges = new Judges(1, deadlines, time);
    var slow = new CompletableFuture<Void>();
    judges.execute(
        SLOW,
        () -> {
          time.advanceMs(100);
          slow.complete(null);
        });
    slow.get(Patience.STEP_S, TimeUnit.SECONDS);
    judge(judges, OTHER, 0); // the same lane: so the slow one is noted
    var release = new CountDownLatch(1);
    judges.execute(SLOW, () -> awaitQuietly(release));

    judge(judges, OTHER, 0);
    release.countDown();
    for (int i = 1; i < Judges.QUICK_IN_ROW; i++) {
      judge(judges, SLOW, 0);
    }

    var held = new CountDownLatch(1);
    hold(judges, SLOW, held);
    var other = new CompletableFuture<Void>();
    judges.execute(OTHER, () -> other.complete(null));
    assertThat(other).as("waits in the quick lane again").isNotDone();
    held.countDown();
    other.get(Patience.STEP_S, TimeUnit.SECONDS);
    judges.close();
  }

  /** Nobody knows of it before: it is the first slow page of its endpoint. */
  @Test
  void firstSlowOne_holdsUpNoQuickOne() throws Exception {
    var judges = new Judges(1, deadlines, time);
    var release = new CountDownLatch(1);
    hold(judges, SLOW, release);
    var waiting = new CountDownLatch(1);
    judges.execute(OTHER, waiting::countDown);

    passSlow();

    await(waiting);
    var again = new CountDownLatch(1);
    judges.execute(SLOW, again::countDown);
    await(again);
    assertThat(judges.threads()).as("one more in the quick lane").isEqualTo(3);
    release.countDown();
    Await.until("each lane has one again", () -> judges.threads() == 2);
    judges.close();
  }

  /** Threads do not grow without a bound. They come back when slow pages end. */
  @Test
  void manyFirstSlowOnes_areRelievedUpToABound() throws Exception {
    var judges = new Judges(1, deadlines, time);
    var release = new CountDownLatch(1);
    for (int i = 0; i <= Judges.RELIEFS_MAX; i++) {
      hold(judges, new EndpointId("slow-" + i), release);
      passSlow();
    }
    var waiting = new CountDownLatch(1);
    judges.execute(OTHER, waiting::countDown);

    assertThat(judges.waiting()).isEqualTo(1);
    assertThat(waiting.getCount()).isEqualTo(1);
    release.countDown();
    await(waiting);
    Await.until("each lane has its one", () -> judges.threads() <= 2);
    judges.close();
  }

  /** Holds a thread with a judgement that has begun. */
  private static void hold(Judges judges, EndpointId endpoint, CountDownLatch release)
      throws InterruptedException {
    var isHeld = new CountDownLatch(1);
    judges.execute(
        endpoint,
        () -> {
          isHeld.countDown();
          awaitQuietly(release);
        });
    await(isHeld);
  }

  /** Lets as much time pass as makes a judgement slow. */
  private void passSlow() {
    time.advanceMs(Judges.SLOW_NANOS / 1_000_000 + 10);
    deadlines.turn();
  }

  @Test
  void check_withoutASearch_waitsForNoJudge() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.startManual()) {
      Farm farm = fixture.farm;
      farm.with("page", Sites.page("hello")).with("gone", Sites.status(404, ""));
      var release = new CountDownLatch(1);
      fixture.probe.judges().execute(OTHER, () -> awaitQuietly(release));

      Measured counted = fixture.check(Ask.of(farm.url("page")));
      Measured gone = fixture.check(Ask.of(farm.url("gone")).must("hello"));
      CompletableFuture<Measured> searched =
          fixture.begin(Ask.of(farm.url("page")).must("hello").endpoint());
      Await.until("its page waits", () -> fixture.probe.judges().waiting() == 1);
      fixture.advanceMs(500);
      release.countDown();

      assertThat(counted.outcome()).isEqualTo(Outcome.UP);
      assertThat(gone.reason()).isEqualTo(Reason.STATUS);
      Measured result = ProbeFixture.result(searched);
      assertThat(result.outcome()).isEqualTo(Outcome.UP);
      assertThat(result.answer().phases().micros(Phase.WAIT).getAsLong())
          .as("the wait for the judge is our own share")
          .isGreaterThanOrEqualTo(500_000);
    }
  }

  @Test
  void check_waitsForAJudgeForTooLong() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.startManual()) {
      fixture.farm.with("page", Sites.page("hello"));
      var release = new CountDownLatch(1);
      for (int i = 0; i <= Judges.RELIEFS_MAX; i++) { // the last one is not relieved
        hold(fixture.probe.judges(), new EndpointId("slow-" + i), release);
        fixture.advanceMs(100);
      }
      CompletableFuture<Measured> searched =
          fixture.begin(Ask.of(fixture.farm.url("page")).must("hello").endpoint());
      Await.until("its page waits", () -> fixture.probe.judges().waiting() == 1);

      fixture.advanceMs(3_500);

      Measured result = ProbeFixture.result(searched);
      assertThat(result.outcome()).isEqualTo(Outcome.AGENT);
      assertThat(result.reason()).isEqualTo(Reason.AGENT_FAILURE);
      assertThat(result.detail()).contains("waited for others");
      assertThat(fixture.probe.bodyBytes()).isZero();
      release.countDown();
    }
  }
}
