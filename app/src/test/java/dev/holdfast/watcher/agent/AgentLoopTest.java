package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Outcome;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The agent on the real clocks and on threads. */
class AgentLoopTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(AgentLoop.class);

  private final Queue<CheckResult> results = new ConcurrentLinkedQueue<>();
  private final Lags lags = new Lags(System.nanoTime());

  @Test
  void slots_areChecked_andCloseEndsTheLoop() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Agent agent =
          agent(
              (_, _, done) -> {
                Future<?> _ = threads.submit(() -> done.accept(SimulatedAgent.UP));
              });
      for (int i = 0; i < 200; i++) {
        agent.put(Endpoints.of("e" + i, 5_000));
      }
      var loop = new AgentLoop(agent, lags);
      Thread thread = Thread.ofPlatform().start(loop);

      Await.until("results", () -> results.stream().anyMatch(r -> r.outcome() == Outcome.UP));
      loop.close();
      thread.join(Patience.STEP);

      assertThat(thread.isAlive()).isFalse();
      assertThat(results)
          .allSatisfy(
              result ->
                  assertThat(
                          Endpoints.of(result.endpoint().text(), 5_000)
                              .schedule()
                              .isDue(result.dueMs()))
                      .isTrue());
    }
  }

  /** A bug in one step must not end the thread that all sites hang on. */
  @Test
  void stepThatFails_isCounted_andTheLoopGoesOn() throws Exception {
    var isPlanted = new AtomicBoolean(true);
    LagSampler failing =
        (_, _) -> {
          if (isPlanted.getAndSet(false)) {
            throw new IllegalStateException("planted");
          }
          return 0;
        };
    Agent agent = agent((_, _, done) -> done.accept(SimulatedAgent.UP), failing);
    for (int i = 0; i < 200; i++) {
      agent.put(Endpoints.of("e" + i, 5_000));
    }
    var loop = new AgentLoop(agent, lags);
    Thread thread = Thread.ofPlatform().start(loop);

    Await.until("results", () -> results.stream().anyMatch(r -> r.outcome() == Outcome.UP));
    loop.close();
    thread.join(Patience.STEP);

    assertThat(thread.isAlive()).isFalse();
    assertThat(agent.counts().failures()).isEqualTo(1);
  }

  /** Who closes the loop has the rows of all checks that have begun. */
  @Test
  void close_givesARowToEachCheckThatRuns() throws Exception {
    var begun = new AtomicInteger();
    Agent agent = agent((_, _, _) -> begun.incrementAndGet(), lags);
    for (int i = 0; i < 200; i++) {
      agent.put(Endpoints.of("e" + i, 5_000));
    }
    var loop = new AgentLoop(agent, lags);
    Thread thread = Thread.ofPlatform().start(loop);

    Await.until("checks run", () -> begun.get() > 0);
    loop.close();
    thread.join(Patience.STEP);

    assertThat(results).filteredOn(r -> r.outcome() == Outcome.AGENT).hasSize(begun.get());
  }

  @Test
  void clocks_goOn() {
    var clock = new SystemClock(InstantSource.system());
    Clock.Moment before = clock.now();
    Clock.Moment after = clock.now();

    assertThat(after.nanos() - before.nanos()).isNotNegative();
    assertThat(before.wallMs()).isPositive();
  }

  private Agent agent(Prober prober) {
    return agent(prober, lags);
  }

  private Agent agent(Prober prober, LagSampler sampler) {
    return new Agent(
        AgentConfig.DEFAULT,
        new SystemClock(InstantSource.system()),
        prober,
        new ResultSink() {
          @Override
          public void accept(CheckResult result) {
            results.add(result);
          }

          @Override
          public void accept(Gap gap) {}
        },
        sampler,
        new LinuxDisturbances(),
        new AgentLog(),
        List.of());
  }
}
