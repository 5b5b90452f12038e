package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.metrics.Meters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
 * <p>Threading: may be used from any number of threads. Of those that wait, the one that gets
 * {@code advancing} forces for the oldest; the others are parked, and go as soon as they have their
 * outcome, without the lock. Who gives the lock back wakes the oldest that still waits. So none is
 * forgotten: a request is in the queue before it tries the lock, and if it does not get it, whoever
 * has it looks at the queue afterwards. Readers take no lock.
 */
public final class Sequence implements AutoCloseable {
  /** How many share a force; further ones share the one after it. */
  static final int BATCH_MAX = 256;

  /** While several come at once, as much time passes from the begin of a force to the next. */
  private static final long FORCE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final Logger log = LoggerFactory.getLogger(Sequence.class);

  private final long positionMax;
  private final PositionLog positions; // guarded by advancing
  private final IntConsumer advanced;
  private boolean failing; // guarded by advancing
  private boolean isShared; // whether the last force was for several; guarded by advancing
  private long begunNanos = System.nanoTime(); // when it began; guarded by advancing
  private final ReentrantLock advancing = new ReentrantLock();
  private final Queue<Turn> waiting = new ConcurrentLinkedQueue<>();
  private volatile State state; // changed under advancing

  /** One that waits for a number. */
  private static final class Turn {
    final Thread thread = Thread.currentThread();
    volatile NextOutcome outcome; // null while it waits

    void end(NextOutcome with) {
      outcome = with;
      LockSupport.unpark(thread);
    }
  }

  private Sequence(FibonacciConfig config, PositionLog positions, Meters meters) {
    this.positionMax = config.fibonacciPositionMax();
    this.positions = positions;
    this.state = State.at(positions.foundPosition());
    this.advanced = meters.fibonacciAdvances();
    meters.fibonacciPosition(() -> state.position());
  }

  /**
   * Takes the sequence up at the highest position that anyone has written.
   *
   * @param dir where the position is kept; nobody else writes there
   * @param others where those kept it who may have had the sequence before; directories that exist
   * @throws DamagedPositionException if one of the files is not as it was written
   */
  public static Sequence open(
      Disk disk, Path dir, List<Path> others, FibonacciConfig config, Meters meters)
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
    var turn = new Turn();
    // An interrupt would close the file under all who share it, and end every wait at once.
    boolean interrupted = Thread.interrupted();
    waiting.add(turn);
    while (turn.outcome == null) {
      if (advancing.tryLock()) {
        lead(turn);
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return turn.outcome;
  }

  /**
   * With the lock, which is given back: serves the oldest, unless this one was served meanwhile.
   */
  private void lead(Turn turn) {
    boolean ended = false;
    try {
      if (turn.outcome == null) {
        advanceForSome();
      }
      ended = true;
    } finally {
      if (!ended) {
        waiting.remove(turn); // its thread is about to leave: it could not be woken to lead
      }
      handOn();
    }
  }

  /** Gives the lock back and wakes one to take it, if any waits. */
  private void handOn() {
    advancing.unlock();
    Turn oldest = waiting.peek();
    if (oldest != null) {
      LockSupport.unpark(oldest.thread);
    }
  }

  /** Closes the position file. A request that still comes is not written. */
  @Override
  public void close() {
    advancing.lock();
    try {
      positions.close();
    } finally {
      handOn();
    }
  }

  /** Serves those who have waited longest. At least one waits. All of them have an outcome then. */
  private void advanceForSome() {
    awaitCompany();
    List<Turn> turns = oldest();
    isShared = turns.size() > 1;
    List<NextOutcome> outcomes = List.of();
    try {
      outcomes = advance(turns.size());
    } finally {
      for (int i = 0; i < turns.size(); i++) {
        turns.get(i).end(i < outcomes.size() ? outcomes.get(i) : new NextOutcome.NotWritten());
      }
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
      while (left > 0) { // woken before for what has been done meanwhile
        LockSupport.parkNanos(this, left);
        left = begunNanos + FORCE_EVERY_NANOS - System.nanoTime();
      }
    }
    begunNanos = System.nanoTime();
  }

  private List<Turn> oldest() {
    var turns = new ArrayList<Turn>(BATCH_MAX);
    while (turns.size() < BATCH_MAX) {
      Turn turn = waiting.poll();
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
