package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An agent in a small world with a seed: endpoints that come, change and go, checks that are quick,
 * slow, never end, or cannot start, a clock that is set, and stalls. It notes all that happens, and
 * holds what the agent says against it.
 */
final class SimulatedWorld implements Prober, ResultSink, AgentListener {
  private static final long MS = 1_000_000;
  private static final long LIFE_MS = 240_000;
  private static final int ENDPOINTS_MAX = 8;

  /** A row's key. */
  private record Key(EndpointId endpoint, long dueMs, Kind kind) {}

  /** A time in which an endpoint had a schedule. */
  private record Watch(Endpoint endpoint, long fromMs, long untilMs) {}

  private final class Running {
    final Endpoint endpoint;
    final Measured measured;
    final Consumer<Measured> done;
    final long startNanos = time.nanos();
    final long endNanos;
    long endedNanos;
    boolean hasEnded;
    boolean wasStalled;

    Running(Endpoint endpoint, Measured measured, Consumer<Measured> done, long endNanos) {
      this.endpoint = endpoint;
      this.measured = measured;
      this.done = done;
      this.endNanos = endNanos;
    }
  }

  private final Random random;
  private final long seed;
  private final AgentConfig config;
  private final SimulatedTime time = new SimulatedTime(1_800_000_000_000L);
  private final Agent agent;

  private final Map<Key, CheckResult> rows = new HashMap<>();
  private final Map<EndpointId, Running> running = new HashMap<>();
  private final Map<Key, Running> unreported = new HashMap<>();
  private final PriorityQueue<Running> toEnd =
      new PriorityQueue<>((a, b) -> Long.compare(a.endNanos, b.endNanos));
  private final Set<Key> discarded = new HashSet<>();
  private final Map<EndpointId, Long> restUntilNanos = new HashMap<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final Map<EndpointId, Endpoint> endpoints = new HashMap<>();
  private final Map<EndpointId, Long> watchedFromMs = new HashMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private final boolean isProberSlow;
  private int clockLines;
  private int clockSets;
  private long highestMs;
  private int lagMs;

  SimulatedWorld(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    int inFlightMax = 1 + random.nextInt(5);
    int againWaitingMax = random.nextInt(4);
    this.isProberSlow = random.nextInt(4) == 0;
    this.config =
        new AgentConfig(
            inFlightMax, 1_000, 1_000, 250, 15_000, 100, 1_500, 2, againWaitingMax, 5_000, 0, 0);
    this.agent =
        new Agent(
            config,
            time,
            this,
            this,
            (_, _) -> lagMs * 1_000L,
            () -> Disturbances.Totals.NONE,
            this,
            List.of());
  }

  /** Lives, and fails if something does not hold. Returns what has happened, by its kind. */
  Map<String, Integer> live() {
    long endNanos = LIFE_MS * MS;
    for (int i = random.nextInt(2 * ENDPOINTS_MAX); i > 0; i--) {
      change();
    }
    while (time.nanos() < endNanos) {
      noteTime();
      long wait = agent.step();
      noteTime();
      pass(wait);
      if (random.nextInt(300) == 0) {
        disturb();
      }
    }
    agent.step();
    noteTime();
    endpoints.keySet().forEach(this::endWatch);
    assertEveryCheckHasItsEnd();
    agent.stop();
    assertThat(discarded)
        .as("checks that ran at the stop, seed %s", seed)
        .containsAll(unreported.keySet());
    assertEverySlotHasItsRow();
    assertThat(clockLines).as("lines on the clock, seed %s", seed).isEqualTo(clockSets);
    return summary();
  }

  private void noteTime() {
    highestMs = Math.max(highestMs, time.wallMs());
  }

  /** Lets the time pass that the agent waits, or until a check ends. */
  private void pass(long waitNanos) {
    long until = time.nanos() + Math.max(waitNanos, 10_000);
    if (random.nextInt(20) == 0) {
      until += random.nextInt(400) * MS; // the machine is busy
    }
    endChecksUntil(until);
  }

  private void endChecksUntil(long untilNanos) {
    if (!toEnd.isEmpty() && toEnd.peek().endNanos <= untilNanos) {
      Running next = toEnd.poll();
      time.passNanos(Math.max(0, next.endNanos - time.nanos()));
      end(next);
    } else {
      time.passNanos(untilNanos - time.nanos());
    }
  }

  private void end(Running ended) {
    running.remove(ended.endpoint.id(), ended);
    ended.endedNanos = time.nanos();
    ended.hasEnded = true;
    ended.done.accept(ended.measured);
    if (random.nextInt(10) == 0) {
      ended.done.accept(SimulatedAgent.UP); // one that ends twice
    }
  }

  private void disturb() {
    switch (random.nextInt(6)) {
      case 0 -> stall(1_100 + random.nextInt(6_000));
      case 1 -> stall(1_100 + random.nextInt(random.nextInt(5) == 0 ? 60_000 : 16_000));
      case 2 -> setClock(random.nextInt(random.nextInt(3) == 0 ? 120_000 : 15_000));
      case 3 -> setClock(-random.nextInt(60_000));
      case 4 -> lagMs = random.nextInt(3) == 0 ? 101 + random.nextInt(500) : random.nextInt(100);
      default -> change();
    }
  }

  private void stall(int ms) {
    agent.step();
    unreported.values().forEach(each -> each.wasStalled = true);
    long until = time.nanos() + ms * MS;
    while (time.nanos() < until) {
      endChecksUntil(until);
    }
  }

  private void setClock(int ms) {
    agent.step();
    noteTime();
    time.setBy(ms);
    if (ms > config.stallMs()) { // the machine may have been suspended
      unreported.values().forEach(each -> each.wasStalled = true);
    }
    if (Math.abs(ms) >= config.clockStepMs()) {
      clockSets++;
    }
  }

  private void change() {
    agent.step();
    noteTime();
    var id = new EndpointId("e" + random.nextInt(ENDPOINTS_MAX));
    if (endpoints.containsKey(id)) {
      endWatch(id);
    }
    if (endpoints.containsKey(id) && random.nextInt(4) == 0) {
      agent.retire(id);
      endpoints.remove(id);
      restUntilNanos.remove(id);
    } else if (endpoints.containsKey(id) && random.nextBoolean()) {
      agent.remove(id);
      endpoints.remove(id);
      restUntilNanos.remove(id);
      unreported.keySet().stream().filter(key -> key.endpoint().equals(id)).forEach(discarded::add);
    } else {
      Endpoint endpoint =
          Endpoints.of(
              id.text(), 5_000 + random.nextInt(20) * 1_000, 1_000 + random.nextInt(9_000));
      endpoints.put(id, endpoint);
      watchedFromMs.put(id, highestMs);
      agent.put(endpoint);
    }
    agent.step();
  }

  private void endWatch(EndpointId id) {
    watches.add(new Watch(endpoints.get(id), watchedFromMs.get(id), highestMs));
  }

  @Override
  public void check(Endpoint endpoint, CheckTime checkTime, Consumer<Measured> done) {
    EndpointId id = endpoint.id();
    assertThat(time.wallMs())
        .as("starts before it is due, seed %s", seed)
        .isGreaterThanOrEqualTo(checkTime.dueMs());
    assertThat(time.wallMs() - checkTime.dueMs())
        .as("starts too late, seed %s", seed)
        .isLessThanOrEqualTo(config.lateMaxMs());
    assertThat(running).as("overlap, seed %s", seed).doesNotContainKey(id);
    assertThat(running.size())
        .as("checks in flight, seed %s", seed)
        .isLessThan(config.inFlightMax());
    if (random.nextInt(40) == 0) {
      throw new IllegalStateException("cannot start");
    }
    assertThat(restUntilNanos.getOrDefault(id, Long.MIN_VALUE))
        .as("asked sooner than the site wants, seed %s", seed)
        .isLessThanOrEqualTo(time.nanos());
    Measured measured = random.nextInt(4) == 0 ? SimulatedAgent.DOWN : SimulatedAgent.UP;
    if (random.nextInt(20) == 0) {
      measured = later(random.nextInt(60_000));
    }
    long lasts = random.nextInt(endpoint.timing().timeoutMs()) * MS;
    if (random.nextInt(3) != 0) {
      lasts = random.nextInt(50) * MS;
    }
    boolean isHung = random.nextInt(100) == 0;
    var started =
        new Running(endpoint, measured, done, isHung ? Long.MAX_VALUE : time.nanos() + lasts);
    running.put(id, started);
    unreported.put(new Key(id, checkTime.dueMs(), checkTime.kind()), started);
    if (!isHung) {
      toEnd.add(started);
    }
    if (random.nextInt(isProberSlow ? 2 : 20) == 0) {
      time.passNanos(random.nextInt(900) * MS); // it is slow to return
    }
  }

  private static Measured later(long ms) {
    return new Measured(
        Outcome.DEGRADED,
        Reason.RETRY_LATER,
        "",
        CheckResult.Answer.NONE,
        Set.of(),
        OptionalLong.of(ms),
        0);
  }

  @Override
  public void accept(CheckResult result) {
    var key = new Key(result.endpoint(), result.dueMs(), result.kind());
    assertThat(rows.put(key, result)).as("a second row of %s, seed %s", key, seed).isNull();
    assertThat(discarded).as("a row of what was removed, seed %s", seed).doesNotContain(key);
    assertThat(result.delay().lateMicros()).isNotNegative();
    Running started = unreported.remove(key);
    if (started == null) {
      assertThat(result.outcome()).as("%s, seed %s", key, seed).isIn(Outcome.MISSED, Outcome.AGENT);
      return;
    }
    if (started.hasEnded && endpoints.containsKey(result.endpoint())) {
      started
          .measured
          .retryAfterMs()
          .ifPresent(ms -> restUntilNanos.put(result.endpoint(), started.endedNanos + ms * MS));
    }
    if (started.wasStalled) {
      assertThat(result.outcome())
          .as("in flight in a stall, seed %s", seed)
          .isEqualTo(Outcome.AGENT);
      return;
    }
    boolean isTainted = result.flags().contains(Flag.TAINTED);
    assertThat(isTainted)
        .as("tainted, seed %s", seed)
        .isEqualTo(lagMs > config.lagMaxMs() && result.outcome().isMeasured());
    assertThat(result.outcome())
        .as("%s, seed %s", key, seed)
        .isIn(started.measured.outcome(), Outcome.AGENT);
    if (result.outcome() == Outcome.AGENT) {
      assertThat(result.reason()).isIn(Reason.AGENT_FAILURE);
    }
  }

  @Override
  public void accept(Gap gap) {
    assertThat(gap.toMs()).as("gap, seed %s", seed).isGreaterThan(gap.fromMs());
    gaps.add(gap);
  }

  @Override
  public void stalled(long ms, Set<Cause> causes) {
    unreported.values().forEach(each -> each.wasStalled = true);
  }

  @Override
  public void clockSet(long byMs) {
    clockLines++;
  }

  @Override
  public void disturbed(long lagMicros, Set<Cause> causes) {}

  @Override
  public void givenUp(EndpointId endpoint) {
    Running hung = running.remove(endpoint);
    if (hung != null) {
      toEnd.remove(hung);
    }
  }

  @Override
  public void failed(EndpointId endpoint, RuntimeException failure) {}

  @Override
  public void lost(String what, RuntimeException failure) {
    throw new AssertionError(failure);
  }

  /** Each slot of each endpoint has a row, or lies in a gap, and not both. */
  private void assertEverySlotHasItsRow() {
    for (Watch watch : watches) {
      var schedule = watch.endpoint.schedule();
      EndpointId id = watch.endpoint.id();
      // What waited for a place when the watch ended may be gone with it.
      long untilMs = watch.untilMs - config.lateMaxMs() - 1;
      for (long due = schedule.dueAtOrAfter(watch.fromMs + 1);
          due <= untilMs;
          due = schedule.dueAtOrAfter(due + 1)) {
        var key = new Key(id, due, Kind.SLOT);
        if (unreported.containsKey(key) || discarded.contains(key)) {
          continue;
        }
        long dueMs = due;
        boolean isInGap =
            gaps.stream().anyMatch(gap -> gap.fromMs() < dueMs && dueMs <= gap.toMs());
        assertThat(rows.containsKey(key) || isInGap)
            .as("slot %s of %s, seed %s", due, id, seed)
            .isTrue();
      }
    }
    for (Key key : rows.keySet()) {
      if (key.kind() == Kind.SLOT) {
        assertThat(
                gaps.stream()
                    .filter(gap -> gap.fromMs() < key.dueMs() && key.dueMs() <= gap.toMs()))
            .as("gaps with the row %s, seed %s", key, seed)
            .isEmpty();
      }
    }
  }

  /** A check without a result runs still, and not for too long. A stall gives it more time. */
  private void assertEveryCheckHasItsEnd() {
    unreported.forEach(
        (key, started) -> {
          long ageMs = (time.nanos() - started.startNanos) / MS;
          long mostMs =
              started.endpoint.timing().timeoutMs() + config.overdueMs() + 2L * config.stallMs();
          assertThat(discarded.contains(key) || started.wasStalled || ageMs <= mostMs)
              .as("%s runs for %s ms, seed %s", key, ageMs, seed)
              .isTrue();
        });
  }

  private Map<String, Integer> summary() {
    var summary = new HashMap<String, Integer>();
    rows.values()
        .forEach(
            row -> {
              summary.merge(row.outcome() + " " + row.reason(), 1, Integer::sum);
              summary.merge(row.kind().name(), 1, Integer::sum);
            });
    summary.put("gaps", gaps.size());
    return summary;
  }
}
