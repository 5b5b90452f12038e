package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lag of a check is that of the loops that it ran on, on a clock that the test moves. */
final class OwnLoopsTest {
  private static final long LAG_MS = 200;

  /** Less than {@link Deadlines} counts as late, so that the wheel has no lag. */
  private static final long STEP_MS = Deadlines.TICK_NANOS / 1_000_000;

  private final CompletableFuture<Void> answering = new CompletableFuture<>();
  private final CompletableFuture<Void> going = new CompletableFuture<>();
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.startManual();
    farm = fixture.farm;
    farm.with(
            "held",
            caller -> {
              answering.join();
              caller.send(Sites.answer(200, "", "hello"));
            })
        .with("page", Sites.page("hello"));
    assertThat(fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "page"))).outcome())
        .isEqualTo(Outcome.UP);
  }

  @AfterEach
  void stop() throws Exception {
    going.complete(null);
    answering.complete(null);
    fixture.close();
  }

  @Test
  void lagOfTheLoopOfTls_isNoneOfAPlainCheck() throws Exception {
    CompletableFuture<Measured> plain = fixture.begin(Ask.of(farm.url("held")).endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);
    List<Loop> tlsLoops = loops("watcher-tls-");
    for (Loop loop : tlsLoops) {
      var isHeld = new CountDownLatch(1);
      loop.execute(
          () -> {
            isHeld.countDown();
            going.join();
          });
      isHeld.await();
    }
    CompletableFuture<Measured> secured =
        fixture.begin(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "page")).endpoint());
    Await.until("the check by https waits", () -> fixture.probe.visitsAt(Marks.Stage.WAIT) == 1);

    for (long ms = 0; ms < LAG_MS; ms += STEP_MS) {
      fixture.time.advanceMs(STEP_MS);
      fixture.probe.turn();
      for (Loop loop : loops("watcher-plain-")) {
        var isIdle = new CountDownLatch(1);
        loop.execute(isIdle::countDown);
        isIdle.await();
      }
    }
    going.complete(null);
    answering.complete(null);

    assertThat(ProbeFixture.result(secured).lagMicros()).isEqualTo(LAG_MS * 1_000);
    assertThat(ProbeFixture.result(plain).lagMicros()).isZero();
    assertThat(ProbeFixture.result(plain).outcome()).isEqualTo(Outcome.UP);
  }

  private List<Loop> loops(String kind) {
    return fixture.probe.loops().filter(loop -> loop.name().startsWith(kind)).toList();
  }
}
