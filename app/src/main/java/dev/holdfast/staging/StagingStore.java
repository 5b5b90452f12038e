package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The staging store of one sidecar. The package says what it keeps where.
 *
 * <p>Threading: may be used from any number of threads. Methods that change a name are called by
 * the thread that holds {@link #lock} of that name; a thread holds one such lock at a time.
 */
public final class StagingStore implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(StagingStore.class);

  private final Disk disk;
  private final Layout layout;
  private final StagingLimits limits;
  private final InstantSource clock;
  private final Predicate<StoredName> owns;
  private final Closeable storeLock;
  private final NameLocks locks = new NameLocks();
  private final Room room;
  private final Entries entries;
  private final PublishedFiles published;
  private final KeptWrites kept;
  private final StagingMeters meters;
  private final AtomicLong lastSpool = new AtomicLong();

  private Recovered found; // set by opened
  private WriteAheadLog log; // set by opened

  /** The lock of the store is held; it is given back when this is closed. */
  StagingStore(
      Disk disk,
      Layout layout,
      StagingLimits limits,
      InstantSource clock,
      Predicate<StoredName> owns,
      Closeable storeLock,
      Versions versions,
      StagingMeters meters) {
    this.disk = disk;
    this.layout = layout;
    this.limits = limits;
    this.clock = clock;
    this.owns = owns;
    this.storeLock = storeLock;
    var free = new FreeSpace(disk, layout.own());
    this.room = new Room(limits.room(), limits.diskFreeBytesMin(), free, this::makeFree);
    this.entries = new Entries(disk, layout, versions, room, meters);
    this.published = new PublishedFiles(disk, layout, locks, limits, meters);
    this.kept =
        new KeptWrites(
            disk,
            locks,
            limits.keeping(),
            owns,
            room,
            entries,
            published,
            this::newIncoming,
            meters);
    room.closedWhile(kept::isClosed);
    this.meters = meters;
    meters.measure(this, free, room, limits);
  }

  /**
   * Opens the store of a sidecar, creating what is missing, and recovers what an earlier process
   * left there.
   *
   * @param volume the directory that is shared with nginx
   * @param sidecar the name of this sidecar's own directory in it
   * @param epoch what the published files are valid under: names the directory that they are in,
   *     {@code published/<epoch>/}; those of other epochs are dropped, and those of this one, too,
   *     if the last start was under another one
   * @param boot which start of the kernel this is; if it differs from the last start's, what was
   *     kept is pending again
   * @param owns says if a stored name is this sidecar's
   * @throws StoreLockedException if another process has the store open
   * @throws IOException if the directory cannot be used, or a newer version has written to it; then
   *     nothing was changed
   */
  public static StagingStore open(
      Disk disk,
      Path volume,
      String sidecar,
      StagingLimits limits,
      InstantSource clock,
      Meters meters,
      String epoch,
      String boot,
      Predicate<StoredName> owns)
      throws IOException {
    return new StoreOpening(
            disk, Layout.of(volume, sidecar, epoch), limits, clock, meters, owns, Optional.empty())
        .open(epoch, boot);
  }

  /**
   * Recovers what an earlier process has left in files, and begins the write-ahead log.
   *
   * @param logServer runs the tasks of the log; empty for threads of its own
   */
  void opened(Versions versions, String epoch, String boot, Optional<Executor> logServer)
      throws IOException {
    var recovery = new Recovery(disk, layout, entries, versions, published, limits.keeping());
    found = recovery.run(epoch, boot, owns, clock.millis());
    found.measure(meters);
    var parts =
        new WriteAheadLog.Parts(
            disk, layout, locks, room, entries, published, this::newIncoming, clock);
    log = WriteAheadLog.open(parts, limits.logBytesMax(), logServer);
    meters.logBytes(log::bytes, limits.logBytesMax());
  }

  /** The log that makes short writes durable. */
  public WriteAheadLog log() {
    return log;
  }

  /** The lock of a name, not yet locked. */
  public Lock lock(StoredName name) {
    return locks.of(name);
  }

  /**
   * A place for a body that comes from the origin. It takes room as it grows, for which files that
   * the origin has as well are evicted; before its first byte it keeps no file open, since many may
   * wait for their place at the origin.
   *
   * @param digest what is to be found of it
   * @throws NoRoomException if there is none
   */
  public Spool spoolFetched(ContentDigest digest) throws IOException {
    return spool(Reservation.fetched(room), digest);
  }

  /**
   * A place for a body that a client sends. It takes room as it grows.
   *
   * @param length its length in bytes, or -1 if it was not said; it is only held against the bounds
   * @param digest what is to be found of it
   * @throws NoRoomException if there is no room for it within {@code roomWaitMs}
   */
  public Spool spoolWritten(long length, ContentDigest digest)
      throws IOException, InterruptedException {
    return spool(Reservation.incoming(room, length, limits.roomWaitMs()), digest).begun();
  }

  /** A place for a body of so many bytes that is in memory, if there is room for it now. */
  public Optional<Spool> spoolIfRoom(long length, ContentDigest digest)
      throws IOException, InterruptedException {
    Optional<Reservation> taken = Reservation.pendingIfFree(room, length);
    return taken.isEmpty() ? Optional.empty() : Optional.of(spool(taken.get(), digest).begun());
  }

  private Spool spool(Reservation taken, ContentDigest digest) {
    return new Spool(disk, newIncoming(), taken, digest);
  }

  /** Returns the findings of the recovery when the store was opened. */
  public Recovered recovered() {
    return found;
  }

  /** The bytes of pending writes. */
  public long pendingBytes() {
    return room.bytes(Room.Use.PENDING);
  }

  /** The pending write of a name. */
  public Optional<Pending> pending(StoredName name) {
    return entries.get(name);
  }

  /** Returns true for a write that is over, and only its removal failed: do not send it again. */
  public boolean isOver(Pending write) {
    return entries.isOver(write);
  }

  /** The links by which nginx answers for absent names. */
  public AbsenceLinks absences() {
    return published.absences();
  }

  /** All pending writes, in no particular order. */
  public Collection<Pending> allPending() {
    return entries.all();
  }

  /** Returns what is published under a name, or empty if nothing is. */
  public Optional<Content> published(StoredName name) throws IOException {
    return published.find(name);
  }

  /** Returns true if a name is cold. */
  public boolean isCold(StoredName name) throws IOException {
    return published.findCold(name).isPresent();
  }

  /** Opens what is published under a name; empty if nothing is. */
  public Optional<InputStream> openPublished(StoredName name) throws IOException {
    return published.open(name);
  }

  /**
   * Opens the body of a pending put, which stays readable when a newer one replaces it. The name's
   * lock is held.
   */
  public InputStream openPending(Pending.Put put) throws IOException {
    log.bringToFileLocked(put.name(), put.version());
    return disk.open(entries.body(put));
  }

  /**
   * Stages a put: when this returns, the write is on disk and replaces an earlier pending one.
   * Reads do not show it yet. Takes the body over. The name's lock is held.
   */
  public Pending.Put stagePut(StoredName name, Spool body) throws IOException {
    locks.changed(name);
    return entries.put(name, body, clock.millis());
  }

  /**
   * Reserves room for a deletion. No name's lock is held: room comes from writes that settle, and
   * that may need the very lock.
   *
   * @throws NoRoomException if there is none within {@code roomWaitMs}
   */
  public Reservation reserveDelete() throws IOException, InterruptedException {
    return Reservation.pending(room, 0, limits.roomWaitMs());
  }

  /** The same if there is room now. */
  public Optional<Reservation> reserveDeleteIfRoom() throws IOException, InterruptedException {
    return Reservation.pendingIfFree(room, 0);
  }

  /** Stages a deletion, like {@link #stagePut}. Takes the room over, unless this fails. */
  public Pending.Delete stageDelete(StoredName name, Reservation room) throws IOException {
    locks.changed(name);
    return entries.delete(name, room, clock.millis());
  }

  /** Lets reads show a staged write, if it is still the pending one. The name's lock is held. */
  public void show(Pending write) throws IOException {
    if (!entries.isOngoing(write)) {
      return;
    }
    entries.makeDurable(write);
    switch (write) {
      case Pending.Put put ->
          published.publishLink(put.name(), put.content(), entries.body(put), newIncoming());
      case Pending.Delete delete -> published.withdraw(delete.name());
    }
    entries.show(write);
  }

  /**
   * Ends the pending state of a write that the origin has confirmed: it is kept from now on, and is
   * the answer for its name. A store that keeps nothing forgets it, durably; its file, if the name
   * is this sidecar's, then counts as clean. So is a write that {@link #unstage} failed to take
   * back. The name's lock is held.
   *
   * @return false if a newer write of the name is pending, which is left alone
   * @throws IOException if that failed: repeat it. The write {@link #isOver} if it was forgotten
   */
  public boolean settled(Pending write) throws IOException {
    boolean shown = entries.get(write.name()).filter(Pending::visible).isPresent();
    if (limits.keeping().isOn() && shown && !entries.isOver(write)) {
      return entries.keep(write, clock.millis()).isPresent();
    }
    if (!entries.remove(write)) {
      return false;
    }
    if (shown && write instanceof Pending.Put put && owns.test(put.name())) {
      published.enter(put.name(), put.content(), clock.millis());
    }
    return true;
  }

  /** Tells of changes of pending and kept writes. */
  public WriteChanges changes() {
    return entries.changes();
  }

  /** How many pending writes a newer one of their name has replaced since the start. */
  public long coalescedCount() {
    return (long) meters.coalesced().count();
  }

  /** How many writes are pending. */
  public int pendingCount() {
    return entries.count();
  }

  /** The kept writes. */
  public KeptWrites kept() {
    return kept;
  }

  /** The stored names of all writes that are pending or kept, in no particular order. */
  public List<StoredName> namesOfWrites() {
    return entries.allNames();
  }

  /** Returns true if a write of a name is pending or kept: it is the answer, and no fetch is. */
  public boolean hasWrite(StoredName name) {
    return entries.isHere(name);
  }

  /** A number that changes with each write of this name, or of others; its lock is held. */
  public long changes(StoredName name) {
    return locks.changes(name);
  }

  /**
   * Takes back a staged write that no read has shown. The name's lock is held.
   *
   * @throws IOException if that failed; {@link #settled} ends it then
   */
  public void unstage(Pending write) throws IOException {
    entries.remove(write);
  }

  /** Publishes a body that came from the origin. Takes it over. The name's lock is held. */
  public void publishFetched(StoredName name, Spool body) throws IOException {
    published.publish(name, body, clock.millis());
  }

  /** Brings a cold name back to published; false if it is not cold. The name's lock is held. */
  public boolean lift(StoredName name) throws IOException {
    return published.lift(name);
  }

  /** Keeps a name from being evicted until {@link #letGo}. It may be replaced or withdrawn. */
  public void hold(StoredName name) {
    published.hold(name);
  }

  /** Ends one {@link #hold} of a name. No name's lock is held. */
  public void letGo(StoredName name) throws IOException {
    published.letGo(name);
    keepBudget();
  }

  /** Evicts what is over the budgets. A failure is logged only. No name's lock is held. */
  public void keepBudget() {
    try {
      kept.keepBudget();
      published.keepBudget();
    } catch (IOException e) {
      logger.error("cannot evict; trying again with the next change", e);
    }
  }

  /** Removes clean files that came longer ago than this, in ms; no name's lock is held. */
  public int expireOlderThan(long ageMs) throws IOException {
    return published.expire(clock.millis() - ageMs);
  }

  /** Leaves a note for the next process that this one has left nothing running at the origin. */
  public void noteStopped() throws IOException {
    Recovery.noteStopped(disk, layout);
  }

  @Override
  public void close() throws IOException {
    try (storeLock) {
      log.close();
      disk.delete(layout.use());
    }
  }

  /** Evicts files that the origin has as well, for those that it has not. */
  private void makeFree(long bytes) throws IOException {
    new FreeSpace(disk, layout.own()).make(bytes, published, kept);
  }

  private Path newIncoming() {
    return layout.incoming().resolve(Long.toString(lastSpool.incrementAndGet()));
  }
}
