package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.LogLines;
import dev.holdfast.testkit.farm.Caller;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.guard.Guard;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors on the thread of an event loop, such as for want of memory. */
final class VisitErrorsTest {
  @RegisterExtension
  static final QuietLogs QUIET = QuietLogs.of(Probe.class, Loop.class, Visit.class);

  private static final String LONG_PAGE = "x".repeat(100_000);

  /** The ways of an answer. */
  enum Way {
    PLAIN,
    TLS,
    HTTP_2,
    SEARCHED,
    REDIRECTED,
    KEPT
  }

  /** A clock that fails at one of its readings in the code of a visit, on the thread of a loop. */
  private static final class FailingClock implements LongSupplier {
    private static final StackWalker STACK = StackWalker.getInstance();
    private static final Set<String> CODE = Set.of(Visit.class.getName(), Exchange.class.getName());

    private final ManualNanos time;

    /** How many readings are left until that one. */
    private final AtomicInteger left = new AtomicInteger();

    FailingClock(ManualNanos time) {
      this.time = time;
    }

    void failAt(int reading) {
      left.set(reading);
    }

    boolean hasFailed() {
      return left.get() <= 0;
    }

    @Override
    public long getAsLong() {
      String thread = Thread.currentThread().getName();
      boolean isLoop = thread.startsWith("watcher-plain-") || thread.startsWith("watcher-tls-");
      if (isLoop && isInVisit() && left.decrementAndGet() == 0) {
        throw new OutOfMemoryError("planted");
      }
      return time.getAsLong();
    }

    private static boolean isInVisit() {
      return STACK.walk(frames -> frames.anyMatch(frame -> CODE.contains(frame.getClassName())));
    }
  }

  /** Wherever it comes, it ends this check as the agent's, soon and once, and nothing else. */
  @ParameterizedTest
  @EnumSource
  void error_endsItsCheckAlone(Way way) throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      Farm farm = fixture.farm;
      farm.with("page", Sites.page(LONG_PAGE))
          .with("kept", VisitErrorsTest::answerAll)
          .with("moved", Sites.redirect(302, farm.url("page").toString()));
      var clock = new FailingClock(fixture.time); // it stands still, so no deadline passes
      try (Probe probe = probe(fixture, clock)) {
        List<Loop> loops = probe.loops().toList();
        int at = 0;
        do {
          at++;
          clock.failAt(at);
          assertEnds(probe, ask(way, farm), clock);
          assertThat(probe.loops()).as("loops after error %s", at).isEqualTo(loops);
          assertThat(probe.endedLoops()).as("ended after error %s", at).isEmpty();
        } while (clock.hasFailed());
        assertThat(at).as("errors").isGreaterThan(3);
        Await.until("all room is free", () -> probe.bodyBytes() == 0);
      }
    }
  }

  @Test
  void error_isLogged_withTheHost() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start();
        LogLines log = LogLines.of(Visit.class.getName())) {
      Farm farm = fixture.farm.with("page", Sites.page(LONG_PAGE));
      var clock = new FailingClock(fixture.time);
      try (Probe probe = probe(fixture, clock)) {
        Ask ask = ask(Way.PLAIN, farm);
        clock.failAt(1);
        assertEnds(probe, ask, clock);

        Await.until("it is logged", () -> !log.lines().isEmpty());
        assertThat(log.lines())
            .containsExactly(
                "ERROR a check of " + farm.url("page").getHost() + " failed by itself");
      }
    }
  }

  private static Probe probe(ProbeFixture fixture, FailingClock clock) throws Exception {
    return Probe.unturned(
        ProbeOptions.DEFAULT.trusting(List.of(fixture.farm.authority().certificate())),
        fixture.resolver,
        new Guard(List.of()),
        _ -> "none",
        clock,
        InstantSource.system());
  }

  private static void assertEnds(Probe probe, Ask ask, FailingClock clock) throws Exception {
    Queue<Measured> told = new ConcurrentLinkedQueue<>();
    probe.check(ask.endpoint(), told::add);
    Await.until("it is told", () -> !told.isEmpty());
    Await.until("no check has a place", () -> probe.inFlight() == 0);

    assertThat(told).hasSize(1);
    Measured measured = told.element();
    if (clock.hasFailed()) { // perhaps after the answer
      assertThat(measured.outcome()).as("%s", measured).isIn(Outcome.AGENT, Outcome.UP);
    } else {
      assertThat(measured.outcome()).as("%s", measured).isEqualTo(Outcome.UP);
    }
  }

  private static void answerAll(Caller caller) throws Exception {
    while (true) {
      caller.send(Sites.answer(200, "", "hello"));
      caller.readRequest();
    }
  }

  private static Ask ask(Way way, Farm farm) {
    return switch (way) {
      case PLAIN -> Ask.of(farm.url("page"));
      case TLS -> Ask.of(farm.tlsUrl(Farm.Name.GOOD, "page"));
      case HTTP_2 -> Ask.of(farm.tlsUrl(Farm.Name.H2, "page"));
      case SEARCHED -> Ask.of(farm.url("page")).must("x");
      case REDIRECTED -> Ask.of(farm.url("moved"));
      case KEPT -> Ask.of(farm.url("kept")).reusing();
    };
  }
}
