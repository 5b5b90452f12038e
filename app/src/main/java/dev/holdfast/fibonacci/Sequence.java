package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequence. Those who ask for a next number while the disk is busy share the next force: it is
 * advanced once for each of them and written once for all.
 *
 * <p>A request waits for the force that runs, and then for as many as it takes to serve those
 * before it and itself, {@link #BATCH_MAX} each: one more, where no more than that wait. Each
 * begins at most {@link #FORCE_EVERY_NANOS} after the one before it, or once that has ended.
 *
 * <p>Threading: may be used from any number of threads. Whoever asks queues, and sees to it that
 * {@link #serve} runs: on a thread of its own, one at a time, as long as anyone is in the queue. So
 * none is forgotten: who comes while it ends finds that it does not run, or is found by it. Readers
 * take no lock.
 */
public final class Sequence implements AutoCloseable {
  /** How many share a force; further ones share the one after it. */
  static final int BATCH_MAX = 256;

  /** While several come at once, as much time passes from the begin of a force to the next. */
  private static final long FORCE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** The thread that forces ends after so long without anything to do, in seconds. */
  private static final long SERVER_IDLE_S = 10;

  private static final Logger log = LoggerFactory.getLogger(Sequence.class);

  private final long positionMax;
  private final PositionLog positions; // guarded by advancing
  private final IntConsumer advanced;
  private boolean failing; // guarded by advancing
  private boolean isShared; // whether the last force was for several; guarded by advancing
  private long begunNanos = System.nanoTime(); // when it began; guarded by advancing
  private final ReentrantLock advancing = new ReentrantLock();
  private final Queue<Consumer<NextOutcome>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean serving = new AtomicBoolean();
  private final Executor server = server();
  private volatile State state; // changed under advancing

  private Sequence(FibonacciConfig config, PositionLog positions, FibonacciMeters meters) {
    this.positionMax = config.fibonacciPositionMax();
    this.positions = positions;
    this.state = State.at(positions.foundPosition());
    this.advanced = meters.advances();
    meters.position(() -> state.position());
  }

  /**
   * Takes the sequence up at the highest position that anyone has written.
   *
   * @param dir where the position is kept; nobody else writes there
   * @param others where those kept it who may have had the sequence before; directories that exist
   * @throws DamagedPositionException if one of the files is not as it was written
   */
  public static Sequence open(
      Disk disk, Path dir, List<Path> others, FibonacciConfig config, FibonacciMeters meters)
      throws IOException {
    PositionLog positions = PositionLog.open(disk, dir, others);
    log.info("the sequence is at position {}", positions.foundPosition());
    return new Sequence(config, positions, meters);
  }

  /** The sequence as it is on disk now. */
  State state() {
    return state;
  }

  /** Advances by one; returns when that is on disk, or will not be. */
  NextOutcome next() {
    var outcome = new CompletableFuture<NextOutcome>();
    ask(outcome::complete);
    return outcome.join(); // is not interrupted: the number would be lost
  }

  /**
   * Advances by one and does not wait.
   *
   * @param then gets the outcome when that is on disk, or will not be: once, on a thread that
   *     others wait for
   */
  void ask(Consumer<NextOutcome> then) {
    waiting.add(then);
    if (serving.compareAndSet(false, true)) {
      server.execute(this::serve);
    }
  }

  /** One thread, which ends when nobody asks for a while. */
  private static Executor server() {
    var server =
        new ThreadPoolExecutor(
            1,
            1,
            SERVER_IDLE_S,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("fibonacci").daemon().factory());
    server.allowCoreThreadTimeOut(true);
    return server;
  }

  /** Serves those who wait, until none does. */
  private void serve() {
    do {
      try {
        while (!waiting.isEmpty()) {
          serveSome();
        }
      } finally {
        serving.set(false);
      }
    } while (!waiting.isEmpty() && serving.compareAndSet(false, true));
  }

  private void serveSome() {
    advancing.lock();
    try {
      advanceForSome();
    } catch (RuntimeException | Error e) { // they have been answered; others wait
      log.error("a position could not be written, unexpectedly", e);
    } finally {
      advancing.unlock();
    }
  }

  /** Closes the position file. A request that still comes is not written. */
  @Override
  public void close() {
    advancing.lock();
    try {
      positions.close();
    } finally {
      advancing.unlock();
    }
  }

  /** Serves those who have waited longest. At least one waits. All of them have an outcome then. */
  private void advanceForSome() {
    awaitCompany();
    List<Consumer<NextOutcome>> turns = oldest();
    isShared = turns.size() > 1;
    List<NextOutcome> outcomes = List.of();
    try {
      outcomes = advance(turns.size());
    } finally {
      for (int i = 0; i < turns.size(); i++) {
        end(turns.get(i), i < outcomes.size() ? outcomes.get(i) : new NextOutcome.NotWritten());
      }
    }
  }

  private static void end(Consumer<NextOutcome> turn, NextOutcome outcome) {
    try {
      turn.accept(outcome);
    } catch (RuntimeException e) { // the others have nothing to do with it
      log.error("an answer could not be sent", e);
    }
  }

  /** Advances so many times, if the bound allows; none of them if that cannot be written. */
  private List<NextOutcome> advance(int count) {
    List<State> steps = steps(count);
    if (!steps.isEmpty() && !isWritten(steps.getLast())) {
      return List.of();
    }
    var outcomes = new ArrayList<NextOutcome>();
    for (State step : steps) {
      outcomes.add(new NextOutcome.Advanced(step.current()));
    }
    if (!steps.isEmpty()) {
      state = steps.getLast();
      advanced.accept(steps.size());
    }
    while (outcomes.size() < count) {
      outcomes.add(new NextOutcome.AtBound(state.position()));
    }
    return outcomes;
  }

  /**
   * Lets more come while many do: a force costs far more of a small CPU than a request. Where the
   * last one was for a single request, the next is not kept waiting.
   */
  private void awaitCompany() {
    if (isShared) {
      long left = begunNanos + FORCE_EVERY_NANOS - System.nanoTime();
      while (left > 0) { // parking may end early
        LockSupport.parkNanos(this, left);
        left = begunNanos + FORCE_EVERY_NANOS - System.nanoTime();
      }
    }
    begunNanos = System.nanoTime();
  }

  private List<Consumer<NextOutcome>> oldest() {
    var turns = new ArrayList<Consumer<NextOutcome>>();
    while (turns.size() < BATCH_MAX) {
      Consumer<NextOutcome> turn = waiting.poll();
      if (turn == null) {
        break;
      }
      turns.add(turn);
    }
    return turns;
  }

  /** The next states, as many as asked for if the bound allows. */
  private List<State> steps(int count) {
    var steps = new ArrayList<State>();
    State last = state;
    for (int i = 0; i < count && last.position() < positionMax; i++) {
      last = last.next();
      steps.add(last);
    }
    return steps;
  }

  private boolean isWritten(State last) {
    try {
      positions.write(last.position());
      if (failing) {
        log.info("positions can be written again");
      }
      failing = false;
      return true;
    } catch (IOException | RuntimeException e) {
      if (!failing) { // once, not for every request that follows
        log.error("position {} could not be written; none is handed out", last.position(), e);
      }
      failing = true;
      return false;
    }
  }
}
