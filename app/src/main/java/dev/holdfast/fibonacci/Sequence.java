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
 * <p>Threading: may be used from any number of threads. {@code advancing} guards the log and is
 * held during a force; readers take no lock.
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

  /** One that waits for a number. Its outcome is guarded by {@code advancing}. */
  private static final class Turn {
    NextOutcome outcome;
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
    waiting.add(turn);
    advancing.lock();
    try {
      while (turn.outcome == null) {
        advanceForSome();
      }
      return turn.outcome;
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

  /** Serves those who have waited longest. At least one waits. */
  private void advanceForSome() {
    awaitCompany();
    List<Turn> turns = oldest();
    isShared = turns.size() > 1;
    List<State> steps = steps(turns.size());
    boolean written = steps.isEmpty() || isWritten(steps.getLast());
    if (written && !steps.isEmpty()) {
      state = steps.getLast();
      advanced.accept(steps.size());
    }
    for (int i = 0; i < turns.size(); i++) {
      turns.get(i).outcome =
          i >= steps.size()
              ? new NextOutcome.AtBound(state.position())
              : written
                  ? new NextOutcome.Advanced(steps.get(i).current())
                  : new NextOutcome.NotWritten();
    }
  }

  /**
   * Lets more come while many do: a force costs far more of a small CPU than a request. Where the
   * last one was for a single request, the next is not kept waiting.
   */
  private void awaitCompany() {
    long now = System.nanoTime();
    if (isShared && now - begunNanos < FORCE_EVERY_NANOS) {
      LockSupport.parkNanos(begunNanos + FORCE_EVERY_NANOS - now);
    }
    begunNanos = System.nanoTime();
  }

  private List<Turn> oldest() {
    var turns = new ArrayList<Turn>();
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
    } catch (IOException e) {
      if (!failing) { // once, not for every request that follows
        log.error("position {} could not be written; none is handed out", last.position(), e);
      }
      failing = true;
      return false;
    }
  }
}
