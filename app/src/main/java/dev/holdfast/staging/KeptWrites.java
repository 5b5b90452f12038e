package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settled writes of a store that are kept until they are surely on the origin's disk, and their
 * bound.
 *
 * <p>Threading: as {@link StagingStore}.
 */
public final class KeptWrites {
  private static final Logger log = LoggerFactory.getLogger(KeptWrites.class);

  /** How many leave at once when there is no room for them. */
  private static final int EARLY = 64;

  private static final String EARLY_REASON = "early";

  private final Disk disk;
  private final NameLocks locks;
  private final Keeping keeping;
  private final Predicate<StoredName> owns;
  private final Room room;
  private final Entries entries;
  private final PublishedFiles published;
  private final Supplier<Path> newTemporary;
  private final StagingMeters meters;

  KeptWrites(
      Disk disk,
      NameLocks locks,
      Keeping keeping,
      Predicate<StoredName> owns,
      Room room,
      Entries entries,
      PublishedFiles published,
      Supplier<Path> newTemporary,
      StagingMeters meters) {
    this.disk = disk;
    this.locks = locks;
    this.keeping = keeping;
    this.owns = owns;
    this.room = room;
    this.entries = entries;
    this.published = published;
    this.newTemporary = newTemporary;
    this.meters = meters;
    meters.keptCount(this::count);
    meters.keptBytes(this::bytes);
    meters.keptBounds(keeping.countMax(), keeping.bytesMax());
  }

  /** How settled writes are kept. */
  public Keeping keeping() {
    return keeping;
  }

  /** How many there are. */
  public int count() {
    return entries.keptCount();
  }

  /** The bytes of their bodies. */
  public long bytes() {
    return entries.keptBytes();
  }

  /** The one of a name. */
  public Optional<Kept> of(StoredName name) {
    return entries.kept(name);
  }

  /** All of them, in no particular order. */
  public Collection<Kept> all() {
    return entries.allKept();
  }

  /**
   * Opens the body of a put.
   *
   * @throws java.nio.file.NoSuchFileException if it is not kept any more
   */
  public InputStream open(Kept put) throws IOException {
    return disk.open(entries.body(put));
  }

  /**
   * Lets go of writes, as far as they are still kept: their files stay published and count as clean
   * from now on, so that the budgets are to be looked at. One force serves them all. No name's lock
   * is held.
   *
   * @return those that could not be removed, which is logged; they are kept, and keep no other one
   */
  public List<Kept> leave(Collection<Kept> kept) throws IOException {
    entries.forceRemovals(kept); // once, and not for each of them
    var failed = new ArrayList<Kept>();
    for (Kept write : kept) {
      Lock lock = locks.of(write.name());
      lock.lock();
      try {
        leaveLocked(write);
      } catch (IOException e) {
        log.error("{} cannot be removed; it stays kept", write.entry().file(), e);
        failed.add(write);
      } finally {
        lock.unlock();
      }
    }
    return failed;
  }

  /**
   * Makes a write pending again, since the origin has lost it. The name's lock is held.
   *
   * @return empty if it is not kept any more, or a newer write is pending
   */
  public Optional<Pending> again(Kept kept) throws IOException {
    return entries.again(kept);
  }

  /** Publishes a put whose published file is gone. The name's lock is held. */
  public void showAgain(Kept put) throws IOException {
    if (published.find(put.name()).isEmpty() && entries.isHere(put)) {
      published.publishLink(
          put.name(), put.content().orElseThrow(), entries.body(put), newTemporary.get());
    }
  }

  /** Makes sure that no write that was let go comes back with a power failure. */
  public void forceRemovals() throws IOException {
    entries.forceRemovals();
  }

  /** Returns true if no new write is to be taken before one of these has left. */
  boolean isClosed() {
    return keeping.strict() && isFull();
  }

  /** Lets the oldest go until the bound holds again, unless none may leave unproven. */
  void keepBudget() throws IOException {
    boolean left = keeping.isOn() && !keeping.strict();
    while (left && isFull()) {
      left = leaveEarly(() -> !isFull()) > 0;
    }
  }

  /** Lets the oldest one go; returns false if there is none that may. */
  boolean makeRoom() throws IOException {
    var one = new AtomicBoolean();
    return !keeping.strict() && leaveEarly(() -> one.getAndSet(true)) > 0;
  }

  private boolean isFull() {
    return entries.isKeptOver(keeping.bytesMax(), keeping.countMax());
  }

  /**
   * Lets go of writes that nothing proves yet, the oldest. Those whose names are locked are passed
   * over, since the caller may hold another lock.
   *
   * @param enough is asked before each of them
   */
  private int leaveEarly(BooleanSupplier enough) throws IOException {
    List<Kept> oldest = entries.oldestKept(EARLY);
    entries.forceRemovals(oldest);
    int left = 0;
    for (Kept write : oldest) {
      if (enough.getAsBoolean()) {
        break;
      }
      Lock lock = locks.of(write.name());
      if (lock.tryLock()) {
        try {
          left += leaveLocked(write) ? 1 : 0;
        } catch (IOException e) {
          log.error("{} cannot be removed; it stays kept", write.entry().file(), e);
        } finally {
          lock.unlock();
        }
      }
    }
    meters.keptLeft(EARLY_REASON).increment(left);
    return left;
  }

  /**
   * Counts writes that were let go.
   *
   * @param reason the proof that they are on the origin's disk
   */
  public void countLeft(String reason, int count) {
    meters.keptLeft(reason).increment(count);
  }

  /** The name's lock is held. */
  private boolean leaveLocked(Kept write) throws IOException {
    boolean left = entries.leave(write);
    if (left && write.content().isPresent() && owns.test(write.name())) {
      published.enter(write.name(), write.content().get(), write.settledMs());
    }
    room.lookAgain();
    return left;
  }
}
