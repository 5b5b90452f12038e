package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.dns.Resolver;
import dev.holdfast.watcher.guard.Guard;
import dev.holdfast.watcher.thread.LastingThread;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: makes checks, many at once, and says what each has measured.
 *
 * <p>Threading: any number of threads. A result comes on a thread of the engine, and its taker must
 * not block.
 */
public final class Probe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Probe.class);

  /** The most compiled searches that are kept. */
  private static final int SEARCHES_MAX = 20_000;

  /** How often the lag of the loops is measured while checks are in flight, in ns. */
  private static final long PULSE_NANOS = 20_000_000;

  private static final long NANOS_PER_MICRO = 1_000;

  /** How many files of secrets are read at once. Those that hang hold a thread each. */
  private static final int FILE_THREADS = 4;

  private final ProbeOptions options;
  private final Resolver resolver;
  private final LongSupplier nanos;
  private final Deadlines deadlines;
  private final Wires wires;
  private final Judges judges;
  private final ExecutorService files;
  private final CheckParts parts;
  private final Set<Check> inFlight = ConcurrentHashMap.newKeySet();
  private final AtomicInteger inFlightCount = new AtomicInteger();
  private final AtomicLong pulsedNanos = new AtomicLong();

  private Probe(
      ProbeOptions options,
      Resolver resolver,
      Guard guard,
      SecretText.Source secrets,
      LongSupplier nanos,
      InstantSource wall)
      throws IOException {
    this.options = options;
    this.resolver = resolver;
    this.nanos = nanos;
    this.deadlines = new Deadlines(nanos, this::stalled);
    Tls tls;
    try {
      tls = new Tls(options.authorities(), wall);
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
    this.wires = Wires.start(options, tls, deadlines, nanos, Loops.Starter.of(nanos));
    this.judges = new Judges(options.judges(), deadlines, nanos);
    // Platform threads: a file that hangs would hold the carrier of a virtual one.
    this.files =
        new ThreadPoolExecutor(
            FILE_THREADS,
            FILE_THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(options.inFlightMax()),
            Thread.ofPlatform().daemon().name("watcher-files-", 0).factory());
    this.parts =
        new CheckParts(
            new Names(resolver, deadlines, nanos),
            guard,
            secrets,
            wires,
            deadlines,
            new Judge(new Searches(SEARCHES_MAX), wall),
            judges,
            files,
            nanos);
  }

  /**
   * Starts an engine.
   *
   * @param guard says which addresses may be reached
   * @param secrets has the values of secrets. It is asked on the thread of {@link #check}, and for
   *     those in files on one of {@value #FILE_THREADS} others
   * @param nanos the monotonic clock that phases and deadlines follow, in ns
   * @param wall the clock that certificates end by
   * @throws IOException if it gets no sockets, or the JDK has no TLS
   */
  public static Probe start(
      ProbeOptions options,
      Resolver resolver,
      Guard guard,
      SecretText.Source secrets,
      LongSupplier nanos,
      InstantSource wall)
      throws IOException {
    Probe probe = unturned(options, resolver, guard, secrets, nanos, wall);
    probe.deadlines.start();
    return probe;
  }

  /** Starts an engine whose deadlines pass when {@link #turn} is called, for an injected clock. */
  static Probe unturned(
      ProbeOptions options,
      Resolver resolver,
      Guard guard,
      SecretText.Source secrets,
      LongSupplier nanos,
      InstantSource wall)
      throws IOException {
    return new Probe(options, resolver, guard, secrets, nanos, wall);
  }

  /**
   * Makes a check. It takes {@link dev.holdfast.watcher.Timing#timeoutMs} at most, and then as long
   * as it takes to decode and to search what came.
   *
   * @param done takes the result, once. It must not block
   */
  public void check(Endpoint endpoint, Consumer<Measured> done) {
    if (inFlightCount.incrementAndGet() > options.inFlightMax()) {
      inFlightCount.decrementAndGet();
      tell(done, unmade(Outcome.MISSED, Reason.SATURATED, inFlightCount + " checks are in flight"));
      return;
    }
    Check check;
    try {
      check = Check.of(endpoint, parts, (ended, measured) -> over(ended, measured, done));
      inFlight.add(check);
    } catch (RuntimeException | Error e) {
      inFlightCount.decrementAndGet();
      if (!(e instanceof IllegalArgumentException)) {
        throw e;
      }
      String why = String.valueOf(e.getMessage());
      tell(done, unmade(Outcome.AGENT, Reason.AGENT_FAILURE, why));
      return;
    }
    try {
      pulse();
      check.start();
    } catch (RuntimeException | Error e) {
      // Such as a lack of memory. It may have no deadline, and would keep its place for ever.
      try {
        check.giveUp(Faults.ofAgent(e));
      } finally {
        leave(check);
      }
      throw e;
    }
  }

  /**
   * Resolves the name of an endpoint, for one that is checked at each of its addresses.
   *
   * @param done takes the addresses, on any thread. It must not block
   */
  public void addresses(Endpoint endpoint, Consumer<Resolution> done) {
    String host = Target.of(endpoint.request().url()).host();
    resolver.resolve(host, endpoint.reach().family(), timed -> done.accept(timed.resolution()));
  }

  /**
   * Makes checks of a canary, one after the other, so that those of sites do not meet cold code:
   * the first handshake of a JVM takes a hundred times as long as the fourth.
   *
   * @return completes when all are made, with the last result
   */
  public CompletableFuture<Measured> warmUp(Endpoint canary, int checks) {
    var last = new CompletableFuture<Measured>();
    check(
        canary,
        measured -> {
          if (checks <= 1) {
            last.complete(measured);
          } else {
            CompletableFuture<Void> _ = warmUp(canary, checks - 1).thenAccept(last::complete);
          }
        });
    return last;
  }

  /** Returns how many checks are in flight. */
  public int inFlight() {
    return inFlightCount.get();
  }

  /**
   * Returns the worst lag of all event loops and of the deadlines since a moment of the monotonic
   * clock, in µs. A check says that of its own loops.
   */
  public long worstLagMicros(long sinceNanos) {
    long ofLoops = wires.loops().mapToLong(loop -> loop.worstLagNanos(sinceNanos)).max().orElse(0);
    return Math.max(ofLoops, deadlines.worstLagNanos(sinceNanos)) / NANOS_PER_MICRO;
  }

  /** Returns the threads that all checks need. */
  public Stream<LastingThread> threads() {
    return deadlines.threads();
  }

  /** Returns the names of the event loops that have ended. The next check replaces such a one. */
  public Stream<String> endedLoops() {
    return wires.loops().filter(loop -> !loop.isAlive()).map(Loop::name);
  }

  /** Lets the deadlines pass that are due by the injected clock. */
  void turn() {
    deadlines.turn();
  }

  /** Returns how many checks have a connection that waits for such. */
  int visitsAt(Marks.Stage stage) {
    return (int) inFlight.stream().filter(check -> check.isAt(stage)).count();
  }

  /** Returns the event loops. */
  Stream<Loop> loops() {
    return wires.loops();
  }

  /** Returns the threads that decode and search. */
  Judges judges() {
    return judges;
  }

  /** Returns how many connections wait for their server to close them. */
  int lingering() {
    return wires.lingering().count();
  }

  /** Returns how many connections are kept for the next check of their endpoint. */
  int kept() {
    return wires.kept().count();
  }

  /** Returns the memory that the answers in flight take, in bytes. */
  long bodyBytes() {
    return wires.room().takenBytes();
  }

  @Override
  public void close() throws IOException {
    deadlines.close();
    judges.close();
    files.shutdown();
    List.copyOf(inFlight).forEach(check -> check.giveUp(Unfinished.stopped()));
    try {
      wires.plainLoops().close();
    } finally {
      wires.tlsLoops().close();
    }
  }

  /** The process did not run: nothing that is in flight says anything of a site. */
  private void stalled(long forNanos) {
    String detail = "the process did not run for " + forNanos / NANOS_PER_MICRO / 1000 + " ms";
    log.warn("{}; {} checks in flight say nothing", detail, inFlight.size());
    Ending stalled = Ending.agent(Reason.STALLED, detail);
    List.copyOf(inFlight).forEach(check -> check.giveUp(stalled));
  }

  private void pulse() {
    long now = nanos.getAsLong();
    long last = pulsedNanos.get();
    if (now - last >= PULSE_NANOS && pulsedNanos.compareAndSet(last, now)) {
      wires.loops().forEach(Loop::pulse);
      deadlines.at(
          now + PULSE_NANOS,
          () -> {
            if (inFlightCount.get() > 0) {
              pulse();
            }
          });
    }
  }

  private void over(Check check, Measured measured, Consumer<Measured> done) {
    leave(check);
    tell(done, measured);
  }

  /** Gives the place of a check back, unless it has done so. */
  private void leave(Check check) {
    if (inFlight.remove(check)) {
      inFlightCount.decrementAndGet();
    }
  }

  private static Measured unmade(Outcome outcome, Reason reason, String detail) {
    return new Measured(outcome, reason, detail, CheckResult.Answer.NONE, Set.of());
  }

  private static void tell(Consumer<Measured> done, Measured measured) {
    try {
      done.accept(measured);
    } catch (RuntimeException e) {
      // The engine goes on: the taker's failure is not a failure of the check.
      log.error("the taker of a result failed", e);
    }
  }
}
