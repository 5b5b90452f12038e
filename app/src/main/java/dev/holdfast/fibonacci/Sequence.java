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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequence. Requests for a next number that come while the disk is busy share the next force
 * ({@link RecordLog}). The sequence advances once for each of them, and one position is written for
 * all.
 *
 * <p>nginx sends what a {@link Publication} shows, and asks this process where it shows nothing. A
 * client may read from both in turn, and must not see the sequence go back. So readers here wait
 * while the publication changes.
 *
 * <p>Threading: may be used from any number of threads. Readers take no lock but then.
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
   * Takes the sequence up at the highest position that any process has written, and shows it.
   *
   * @param dir the directory of the position; nobody else writes there
   * @param others the directories of processes that may have had the sequence before; they exist,
   *     and no process has one of them
   * @throws dev.holdfast.disk.DamagedLogException if the latest file of one of them is damaged,
   *     unless the configuration sets it aside
   */
  static Sequence open(
      Disk disk,
      Path dir,
      List<Path> others,
      FibonacciConfig config,
      FibonacciMeters meters,
      Publication publication)
      throws IOException {
    LogConfig files = files(config);
    var owner = new Owner(config, highest(disk, others, files), publication);
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
      Publication publication,
      LogConfig files,
      Executor server)
      throws IOException {
    var owner = new Owner(config, highest(disk, others, files), publication);
    return opened(owner, RecordLog.open(disk, dir, files, owner, server), meters);
  }

  private static LogConfig files(FibonacciConfig config) {
    return config.fibonacciSetAside()
        ? Positions.LOG.with(LogConfig.Damage.SET_ASIDE)
        : Positions.LOG;
  }

  private static Sequence opened(
      Owner owner, RecordLog<Consumer<NextOutcome>> positions, FibonacciMeters meters)
      throws IOException {
    boolean isShown = false;
    try {
      owner.begin(meters);
      isShown = true;
    } finally {
      if (!isShown) {
        positions.close();
      }
    }
    log.info("the sequence is at position {}", owner.reached.position());
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

  /**
   * Returns the sequence as readers see it, or empty if that is not known: a disk has refused to
   * show a state and to withdraw the one before. This may wait for a disk.
   */
  Optional<State> state() {
    return owner.state();
  }

  /** Returns the same, or empty if it is not known or this would wait. */
  Optional<State> glance() {
    return Optional.ofNullable(owner.readable);
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

  /** Closes the position file. Later requests are not written, and nginx shows nothing. */
  @Override
  public void close() throws IOException {
    positions.close();
    owner.close();
  }

  /** The state that the log keeps. */
  private static final class Owner implements LogOwner<Consumer<NextOutcome>> {
    private final long positionMax;
    private final long othersPosition;
    private final Publication publication;
    private final ReentrantLock showing = new ReentrantLock();
    private long ownPosition; // before begin
    private IntConsumer advanced; // since begin
    private List<State> steps = List.of(); // of the batch that is being written
    private State reached; // forced, and nobody has seen a later one; null before begin

    private boolean closed; // guarded by showing

    /** The state for readers. Null while they may see either of two elsewhere; see showing. */
    private volatile State readable;

    Owner(FibonacciConfig config, long othersPosition, Publication publication) {
      this.positionMax = config.fibonacciPositionMax();
      this.othersPosition = othersPosition;
      this.publication = publication;
    }

    /** Shows the position that the start has found, which is forced by now. */
    void begin(FibonacciMeters meters) throws IOException {
      advanced = meters.advances();
      reached = State.at(foundPosition());
      show();
      meters.position(this::position);
      publication.removeReplaced();
    }

    private long position() {
      State known = readable;
      return known == null ? foundPosition() : known.position();
    }

    private long foundPosition() {
      return Math.max(ownPosition, othersPosition);
    }

    Optional<State> state() {
      State known = readable;
      if (known != null) {
        return Optional.of(known);
      }
      showing.lock();
      try {
        return Optional.ofNullable(readable);
      } finally {
        showing.unlock();
      }
    }

    /**
     * Shows the state that is reached, here and elsewhere. It is forced.
     *
     * @throws IOException if readers elsewhere may see this state or the one before; then readers
     *     here see neither
     */
    private void show() throws IOException {
      showing.lock();
      try {
        if (closed) {
          throw new IOException("the sequence is closed");
        }
        publication.prepare(reached);
        readable = null;
        publication.show();
        readable = reached;
      } finally {
        showing.unlock();
      }
    }

    /** Shows nothing any more, so that a later owner need not wait for this process. */
    void close() throws IOException {
      showing.lock();
      try {
        closed = true;
        publication.withdraw();
      } finally {
        showing.unlock();
      }
      publication.removeReplaced();
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
      long position = reached == null ? foundPosition() : reached.position();
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
      State last = reached;
      for (int i = 0; i < count && last.position() < positionMax; i++) {
        last = last.next();
        next.add(last);
      }
      return next;
    }

    @Override
    public void forced(List<Consumer<NextOutcome>> requests) {
      if (!steps.isEmpty()) {
        reached = steps.getLast(); // even if nobody is shown it: the file does not go back
      }
      State known = readable;
      boolean isSeen = known != null && known.position() == reached.position();
      if (!isSeen && !isShown()) {
        failed(requests, Failure.UNKNOWN);
        return;
      }
      if (!steps.isEmpty()) {
        advanced.accept(steps.size());
      }
      for (int i = 0; i < requests.size(); i++) {
        answer(
            requests.get(i),
            i < steps.size()
                ? new NextOutcome.Advanced(steps.get(i).current())
                : new NextOutcome.AtBound(reached.position()));
      }
      publication.removeReplaced();
    }

    private boolean isShown() {
      try {
        show();
        return true;
      } catch (IOException | RuntimeException e) {
        log.error("a forced position can neither be shown nor withdrawn", e);
        return false;
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
