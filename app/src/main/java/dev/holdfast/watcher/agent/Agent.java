package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.Timekeeper.Passage;
import dev.holdfast.watcher.agent.Watched.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Turns slots into checks, and checks into results.
 *
 * <p>A slot that is due starts, or is missed for one of these reasons:
 *
 * <table>
 *   <caption>Missed slots</caption>
 *   <tr><td>{@code OVERLAP}</td><td>the check before it of the same endpoint still runs</td></tr>
 *   <tr><td>{@code SATURATED}</td><td>no place became free while it could still start</td></tr>
 *   <tr><td>{@code LATE}</td><td>its turn came too late</td></tr>
 *   <tr><td>{@code STALLED}</td><td>the agent stood still when it was due</td></tr>
 *   <tr><td>{@code CLOCK}</td><td>the clock was set past it</td></tr>
 *   <tr><td>{@code ASKED_LATER}</td><td>the site has asked to be left alone until later</td></tr>
 * </table>
 *
 * <p>Threading: one thread calls {@link #step}, and at the end {@link #stop}. Any thread may call
 * {@link #put}, {@link #remove} and {@link #retire}, and end a check: each leaves a note in the
 * inbox, which the next step reads.
 */
public final class Agent {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(AgentLoop.TICK_MS);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AgentConfig config;
  private final Clock clock;
  private final Prober prober;
  private final LagSampler lags;
  private final AgentListener listener;
  private final AgentCounts counts = new AgentCounts();
  private final NoiseFloors floors;
  private final Timetable timetable = new Timetable();
  private final Repeats repeats = new Repeats();
  private final Reports reports;
  private final Misses misses;
  private final Flights flights;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final Timekeeper timekeeper;
  private final Agains agains;
  private final Blame blame;
  private final WarmUp warmUp;
  private boolean isWarm;
  private long heldUntilMs = Long.MIN_VALUE; // slots up to here had to wait for a place
  private long lookNanos; // when overdue checks were looked for last
  private volatile boolean isWakeWanted; // true if the end of a check lets another one start
  private volatile Runnable wake = () -> {};

  /**
   * @param canaryEndpoints endpoints on this machine that give the noise floor, or none
   * @param lags the lags of the agent's own thread; each check says those of its loops
   */
  public Agent(
      AgentConfig config,
      Clock clock,
      Prober prober,
      ResultSink sink,
      LagSampler lags,
      Disturbances disturbances,
      AgentListener listener,
      List<Endpoint> canaryEndpoints) {
    this.config = config;
    this.clock = clock;
    this.prober = prober;
    this.lags = lags;
    this.listener = listener;
    this.timekeeper = new Timekeeper(clock, config);
    this.agains = new Agains(config, timetable, counts);
    this.floors = new NoiseFloors(timekeeper.now().nanos(), config.lagMaxMs());
    this.reports = new Reports(sink, listener, counts, floors);
    this.misses = new Misses(timekeeper, timetable, repeats, reports, counts);
    long nanos = timekeeper.now().nanos();
    this.blame = new Blame(disturbances, listener, nanos);
    this.lookNanos = nanos;
    this.flights = new Flights(config);
    List<Watched> flock = canaryEndpoints.stream().map(e -> new Watched(e, true)).toList();
    this.warmUp = new WarmUp(flock, config, nanos);
    flock.forEach(timetable::add);
  }

  /** Returns the counts. */
  public AgentCounts counts() {
    return counts;
  }

  /** Returns the noise floor of checks by https, or of those by http. */
  public Canaries canaries(boolean isTls) {
    return floors.canaries(isTls);
  }

  /** Sets how a step is asked for before its time. */
  void wakesBy(Runnable waking) {
    wake = waking;
  }

  /**
   * Adds an endpoint, or changes it. A check of it that runs goes on.
   *
   * @throws IllegalArgumentException if a canary has its id
   */
  public void put(Endpoint endpoint) {
    refuseCanary(endpoint.id());
    tell(() -> doPut(endpoint));
  }

  /**
   * Removes an endpoint, if it is there. A check of it that runs comes to no result.
   *
   * @throws IllegalArgumentException if a canary has its id
   */
  public void remove(EndpointId id) {
    refuseCanary(id);
    tell(() -> timetable.find(id).ifPresent(this::doRemove));
  }

  /**
   * Checks an endpoint no more, if it is there. A check of it that runs comes to its result.
   *
   * @throws IllegalArgumentException if a canary has its id
   */
  public void retire(EndpointId id) {
    refuseCanary(id);
    tell(() -> timetable.find(id).ifPresent(this::doRetire));
  }

  private void refuseCanary(EndpointId id) {
    if (warmUp.isCanary(id)) {
      throw new IllegalArgumentException("id " + id + " is that of a canary");
    }
  }

  private void tell(Runnable note) {
    inbox.add(note);
    wake.run();
  }

  private void doPut(Endpoint endpoint) {
    Optional<Watched> found = timetable.find(endpoint.id());
    Watched watched = found.orElseGet(() -> new Watched(endpoint, false));
    if (!watched.endpoint.map(Endpoint::request).equals(Optional.of(endpoint.request()))) {
      watched.restUntilNanos = OptionalLong.empty(); // it was another request that was refused
    }
    watched.endpoint = Optional.of(endpoint);
    if (found.isEmpty()) {
      timetable.add(watched);
    }
    long nowMs = timekeeper.now().wallMs();
    boolean isPending = watched.slot.filter(slot -> slot.dueMs() <= nowMs).isPresent();
    if (isWarm && !isPending) {
      timetable.scheduleAfter(watched, nowMs);
    }
  }

  private void doRemove(Watched watched) {
    watched.flight.ifPresent(flight -> flight.isDiscarded = true);
    doRetire(watched);
  }

  private void doRetire(Watched watched) {
    watched.endpoint = Optional.empty();
    timetable.cancel(watched);
    watched.lastCounted = Optional.empty();
    watched.againInRow = 0;
    watched.restUntilNanos = OptionalLong.empty();
    if (watched.flight.isEmpty()) {
      timetable.forget(watched);
    }
  }

  /**
   * Does everything that is due.
   *
   * @return in how many ns the next step has to come at the latest, 0 or more
   */
  public long step() {
    do {
      heed(timekeeper.pass());
      readInbox();
    } while (isWarm() && startNext());
    long nanos = timekeeper.now().nanos();
    blame.tick(nanos);
    if (nanos - lookNanos >= LOOK_NANOS) {
      lookNanos = nanos;
      giveUpOverdue(nanos);
    }
    counts.sizes(flights.size(), timetable.all().size());
    return waitNanos();
  }

  /**
   * Gives every check that runs a result, since nobody hears of its end any more, and every slot
   * that waits for a place.
   */
  void stop() {
    heed(timekeeper.pass());
    readInbox();
    misses.upTo(heldUntilMs, Reason.SATURATED);
    for (Flight flight : flights.all()) {
      end(flight, Flights.failure("the agent stops"), timekeeper.now().nanos());
    }
    counts.sizes(flights.size(), timetable.all().size());
  }

  private void readInbox() {
    for (Runnable note = inbox.poll(); note != null; note = inbox.poll()) {
      note.run();
    }
  }

  private long waitNanos() {
    if (!inbox.isEmpty()) {
      return 0;
    }
    if (!isWarm || timetable.first().isEmpty() || isWakeWanted) {
      return TICK_NANOS; // with the places all taken, the end of a check comes first
    }
    long dueMicros = TimeUnit.MILLISECONDS.toMicros(timetable.first().get().dueMs());
    long micros = dueMicros - timekeeper.now().wallMicros();
    return Math.clamp(TimeUnit.MICROSECONDS.toNanos(micros), 0, TICK_NANOS);
  }

  /** Looks at the time since the last reading: the agent may have stood still, or the clock set. */
  private void heed(Passage passage) {
    if (passage.isSteady()) {
      return;
    }
    if (passage.stalledMs() > 0) {
      flights.stalled(passage.stalledMs());
      blame.stalled(passage.stalledMs());
    }
    if (passage.steppedMs() != 0) {
      listener.clockSet(passage.steppedMs());
      if (passage.steppedMs() > config.stallMs()) {
        flights.clockSet();
      }
    }
    if (!isWarm) {
      return;
    }
    Reason reason = passage.steppedMs() != 0 ? Reason.CLOCK : Reason.STALLED;
    if (passage.toMs() < passage.fromMs()) {
      goBack(passage);
    } else if (passage.toMs() - passage.fromMs() > config.gapMs()) {
      misses.upTo(passage.fromMs(), reason);
      misses.agains(reason);
      leaveGap(repeats.firstTimeAfter(passage.fromMs()), passage.toMs(), reason);
      timetable.scheduleAllAfter(passage.toMs());
    } else {
      misses.upTo(passage.toMs(), reason);
    }
  }

  private void leaveGap(long fromMs, long toMs, Reason reason) {
    if (fromMs < toMs) {
      var gap = new Gap(fromMs, toMs, timetable.slotsBetween(fromMs, toMs), reason);
      reports.gap(gap);
    }
  }

  private void goBack(Passage passage) {
    misses.upTo(passage.fromMs(), Reason.CLOCK);
    misses.agains(Reason.CLOCK); // else they would wait until the clock is there again
    repeats.setBackFrom(passage.fromMs());
    heldUntilMs = Long.MIN_VALUE;
    timetable.scheduleAllAfter(passage.toMs());
  }

  /** Starts or misses the first check that is due. Returns false if none is, or if it waits. */
  private boolean startNext() {
    isWakeWanted = false;
    long nowMs = timekeeper.now().wallMs();
    Optional<Task> first = timetable.first().filter(task -> task.dueMs() <= nowMs);
    if (first.isEmpty()) {
      return false;
    }
    Task task = first.get();
    if (task.watched().isResting(timekeeper.now().nanos())) {
      misses.of(task, Reason.ASKED_LATER);
    } else if (misses.lateMicros(task) > TimeUnit.MILLISECONDS.toMicros(config.lateMaxMs())) {
      misses.of(task, task.dueMs() <= heldUntilMs ? Reason.SATURATED : Reason.LATE);
    } else if (task.watched().flight.isPresent()) {
      misses.of(task, Reason.OVERLAP);
    } else if (flights.isFull()) {
      heldUntilMs = nowMs;
      isWakeWanted = true;
      return !inbox.isEmpty(); // a check that ended just now has asked for no step
    } else {
      start(task);
    }
    return true;
  }

  private void start(Task task) {
    timetable.take(task);
    Optional<Kind> kind = repeats.kindOf(task.kind(), task.dueMs());
    if (kind.isEmpty()) {
      counts.repeatLeftOut();
      return;
    }
    start(task.watched(), new CheckTime(task.dueMs(), kind.get()), misses.lateMicros(task));
  }

  private void start(Watched watched, CheckTime time, long lateMicros) {
    Flight flight = flights.begin(watched, time, lateMicros, timekeeper.now().nanos());
    try {
      prober.check(flight.endpoint, time, measured -> ended(flight, measured));
    } catch (RuntimeException e) { // goes on: the others are checked all the same
      listener.failed(watched.id, e);
      end(flight, Flights.failure(e.toString()), timekeeper.now().nanos());
    }
  }

  /** Hears on any thread that a check has ended. */
  private void ended(Flight flight, Measured measured) {
    long nanos = clock.now().nanos();
    inbox.add(() -> end(flight, measured, nanos));
    if (isWakeWanted) {
      wake.run();
    }
  }

  private void end(Flight flight, Measured measured, long endNanos) {
    if (!flights.end(flight)) {
      return; // given up before, or ended twice
    }
    Watched watched = flight.watched;
    if (watched.endpoint.isEmpty()) {
      timetable.forget(watched);
    }
    if (flight.isDiscarded) {
      return;
    }
    if (watched.endpoint.isPresent()) {
      measured.retryAfterMs().ifPresent(ms -> watched.restFor(ms, endNanos));
    }
    long ofLoops = Math.max(measured.lagMicros(), lags.worstMicros(flight.startNanos, endNanos));
    long lagMicros = Math.max(ofLoops, floors.worstMicros(flight, endNanos));
    CheckResult result = flight.result(measured, lagMicros, config.lagMaxMs());
    if (result.flags().contains(Flag.TAINTED)) {
      blame.disturbed(lagMicros, timekeeper.now().nanos());
    }
    reports.result(watched, result, isWarm, flight.startNanos, endNanos);
    long nowMs = timekeeper.now().wallMs();
    if (isWarm && !watched.isCanary && !repeats.isRepeated(nowMs)) {
      agains.afterResult(watched, result, nowMs);
    }
  }

  private void giveUpOverdue(long nanos) {
    for (Flight flight : flights.overdue(nanos)) {
      counts.givenUp();
      listener.givenUp(flight.watched.id);
      end(flight, Flights.failure("the check did not end"), nanos);
    }
  }

  /** Returns true once slots are checked. Before that it makes the checks of the warm-up. */
  private boolean isWarm() {
    if (isWarm) {
      return true;
    }
    if (warmUp.isOver(timekeeper.now().nanos())) {
      isWarm = true;
      timetable.scheduleAllAfter(timekeeper.now().wallMs());
      return true;
    }
    isWakeWanted = true;
    for (Watched canary : warmUp.startable()) {
      if (!flights.isFull()) {
        start(canary, new CheckTime(timekeeper.now().wallMs(), Kind.SLOT), 0);
      }
    }
    return false;
  }
}
