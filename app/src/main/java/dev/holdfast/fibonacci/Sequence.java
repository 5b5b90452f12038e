package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.LogOwner;
import dev.holdfast.disk.RecordLog;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequence. Requests for a next number that come while the disk is busy share the next force
 * ({@link RecordLog}). The sequence advances once for each of them, and one position is written for
 * all.
 *
 * <p>Threading: may be used from any number of threads. Readers take no lock.
 */
public final class Sequence implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(Sequence.class);

  private final RecordLog<Consumer<NextOutcome>> positions;
  private final Owner owner;

  private Sequence(Owner owner, RecordLog<Consumer<NextOutcome>> positions) {
    this.owner = owner;
    this.positions = positions;
  }

  /**
   * Takes the sequence up at the highest position that any process has written.
   *
   * @param dir the directory of the position; nobody else writes there
   * @param others the directories of processes that may have had the sequence before; they exist
   * @throws dev.holdfast.disk.DamagedLogException if the latest file of one of them is damaged,
   *     unless the configuration sets it aside
   */
  public static Sequence open(
      Disk disk, Path dir, List<Path> others, FibonacciConfig config, FibonacciMeters meters)
      throws IOException {
    LogConfig files = files(config);
    var owner = new Owner(config.fibonacciPositionMax(), highest(disk, others, files));
    return opened(owner, RecordLog.open(disk, dir, files, owner), meters);
  }

  /**
   * Does the same with other bounds and an executor of the caller's; see {@link RecordLog#open}.
   */
  static Sequence open(
      Disk disk,
      Path dir,
      List<Path> others,
      FibonacciConfig config,
      FibonacciMeters meters,
      LogConfig files,
      Executor server)
      throws IOException {
    var owner = new Owner(config.fibonacciPositionMax(), highest(disk, others, files));
    return opened(owner, RecordLog.open(disk, dir, files, owner, server), meters);
  }

  private static LogConfig files(FibonacciConfig config) {
    return config.fibonacciSetAside()
        ? Positions.LOG.with(LogConfig.Damage.SET_ASIDE)
        : Positions.LOG;
  }

  private static Sequence opened(
      Owner owner, RecordLog<Consumer<NextOutcome>> positions, FibonacciMeters meters) {
    owner.begin(meters);
    log.info("the sequence is at position {}", owner.state.position());
    return new Sequence(owner, positions);
  }

  private static long highest(Disk disk, List<Path> others, LogConfig files) throws IOException {
    long highest = 0;
    for (Path other : others) {
      long position = Positions.look(disk, other, files);
      if (position > highest) {
        log.info("{} has position {} of the sequence", other, position);
        highest = position;
      }
    }
    return highest;
  }

  /** Returns the sequence as it is on disk now. */
  State state() {
    return owner.state;
  }

  /** Advances by one. Returns when the new position is on disk, or will not be. */
  NextOutcome next() {
    var outcome = new CompletableFuture<NextOutcome>();
    ask(outcome::complete);
    return outcome.join(); // not interruptible: the number would be lost
  }

  /**
   * Advances by one and does not wait.
   *
   * @param then gets the outcome once: at once if too many requests wait, otherwise when the
   *     advance is on disk or will not be. It runs on a thread that other requests wait for
   */
  void ask(Consumer<NextOutcome> then) {
    if (!positions.ask(then)) {
      then.accept(new NextOutcome.TooManyWait());
    }
  }

  /** Closes the position file. Later requests are not written. */
  @Override
  public void close() {
    positions.close();
  }

  /** The state that the log keeps. */
  private static final class Owner implements LogOwner<Consumer<NextOutcome>> {
    private final long positionMax;
    private final long othersPosition;
    private long ownPosition; // before begin
    private IntConsumer advanced; // since begin
    private List<State> steps = List.of(); // of the batch that is being written
    private volatile State state; // null before begin

    Owner(long positionMax, long othersPosition) {
      this.positionMax = positionMax;
      this.othersPosition = othersPosition;
    }

    /** Shows the position that the start has found, which is forced by now. */
    void begin(FibonacciMeters meters) {
      advanced = meters.advances();
      state = State.at(foundPosition());
      meters.position(() -> state.position());
    }

    private long foundPosition() {
      return Math.max(ownPosition, othersPosition);
    }

    @Override
    public void replay(byte[] record) {
      long position = Positions.parse(record);
      if (position < ownPosition) {
        throw new IllegalArgumentException("position " + position + " after " + ownPosition);
      }
      ownPosition = position;
    }

    @Override
    public List<byte[]> snapshot() {
      long position = state == null ? foundPosition() : state.position();
      return List.of(Positions.record(position));
    }

    @Override
    public List<byte[]> records(List<Consumer<NextOutcome>> requests) {
      steps = steps(requests.size());
      return steps.isEmpty() ? List.of() : List.of(Positions.record(steps.getLast().position()));
    }

    /** Returns the next states, as many as asked for if the bound allows. */
    private List<State> steps(int count) {
      var next = new ArrayList<State>();
      State last = state;
      for (int i = 0; i < count && last.position() < positionMax; i++) {
        last = last.next();
        next.add(last);
      }
      return next;
    }

    @Override
    public void forced(List<Consumer<NextOutcome>> requests) {
      if (!steps.isEmpty()) {
        state = steps.getLast();
        advanced.accept(steps.size());
      }
      for (int i = 0; i < requests.size(); i++) {
        answer(
            requests.get(i),
            i < steps.size()
                ? new NextOutcome.Advanced(steps.get(i).current())
                : new NextOutcome.AtBound(state.position()));
      }
    }

    @Override
    public void failed(List<Consumer<NextOutcome>> requests, Failure failure) {
      for (Consumer<NextOutcome> request : requests) {
        answer(request, new NextOutcome.NotWritten());
      }
    }

    private static void answer(Consumer<NextOutcome> request, NextOutcome outcome) {
      try {
        request.accept(outcome);
      } catch (RuntimeException e) { // goes on: the other requests did not cause it
        log.error("an answer could not be sent", e);
      }
    }
  }
}
