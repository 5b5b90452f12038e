package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.EntryName.Kind;
import dev.holdfast.staging.NameEntries.Held;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes that are recoverable here: those that the origin has not confirmed, which are pending,
 * and those that it has, which are kept. No cache reaches them.
 *
 * <p>What always holds: of the entries of a name the one with the highest version wins, whatever a
 * crash has left of them. So an entry that nothing newer replaces is removed only after the removal
 * of every older one of its name is forced, and a newer write removes a kept one only when it can
 * no longer be taken back.
 *
 * <p>Threading: changes of a name are made under that name's lock; looking needs none.
 */
final class Entries extends EntryTable {
  private static final Logger log = LoggerFactory.getLogger(Entries.class);

  private final Disk disk;
  private final EntryFiles files;
  private final Versions versions;
  private final Room room;
  private final StagingMeters meters;

  /** Set before the store is handed out. */
  private Removals removals = (_, _) -> {};

  Entries(Disk disk, Layout layout, Versions versions, Room room, StagingMeters meters) {
    this.disk = disk;
    this.files = new EntryFiles(disk, layout.writes());
    this.versions = versions;
    this.room = room;
    this.meters = meters;
  }

  /** Hears that an entry is about to be removed that nothing newer replaces. */
  interface Removals {
    /**
     * Makes sure that no write of a name up to this version comes back from somewhere else.
     *
     * @throws IOException if one may; then the entry stays
     */
    void upTo(StoredName name, long version) throws IOException;
  }

  /** Has somebody told of removals before they are made. */
  void tell(Removals other) {
    removals = other;
  }

  /** Where the body of a pending put is. */
  Path body(Pending.Put put) {
    Held here = entriesOf(put.name()).pending();
    boolean isLogged = isThis(here, put) && here.logged();
    Kind kind = isLogged ? Kind.LOGGED_PUT : Kind.PENDING_PUT;
    return files.path(new EntryName(kind, put.version(), put.name()));
  }

  /** Where the body of a kept put is. */
  Path body(Kept put) {
    return files.path(put.entry());
  }

  /**
   * Makes a body the pending put of its name, durably. Reads do not show it before {@link #show}:
   * until it is forced, a crash could take back what was read.
   */
  Pending.Put put(StoredName name, Spool body, long nowMs) throws IOException {
    var entry = new EntryName(Kind.PENDING_PUT, versions.next(), name);
    files.add(entry, body.path());
    var put = new Pending.Put(name, entry.version(), sinceMs(name, nowMs), false, body.content());
    replace(new Held(put, body.moved(), Held.File.FORCED));
    makeDurable(put);
    return put;
  }

  /**
   * The same of a body in memory, but nothing is forced: {@link #logged} or {@link #makeDurable}
   * has to follow. The name is not too long for the name of a file.
   */
  Pending.Put putLogged(StoredName name, byte[] body, Content content, Reservation room, long nowMs)
      throws IOException {
    var entry = new EntryName(Kind.LOGGED_PUT, versions.next(), name);
    files.write(entry, body, content);
    var put = new Pending.Put(name, entry.version(), sinceMs(name, nowMs), false, content);
    replace(new Held(put, room.handOver(), Held.File.LOGGED));
    return put;
  }

  /** The same of a deletion. */
  Pending.Delete deleteLogged(StoredName name, Reservation room, long nowMs) throws IOException {
    var entry = new EntryName(Kind.PENDING_DELETE, versions.next(), name);
    files.mark(entry);
    var delete = new Pending.Delete(name, entry.version(), sinceMs(name, nowMs), false);
    replace(new Held(delete, room.handOver(), Held.File.FORCED));
    return delete;
  }

  /** A write is durable by its record in the log. */
  void logged(Pending write) {
    if (isThis(entriesOf(write.name()).pending(), write)) {
      change(write.name(), line -> line.pending(line.pending().asDurable()));
      dropOlder(write.name());
    }
  }

  /**
   * Makes the file of a put whose record is in the log as good as any other. Does nothing if it is
   * that already, or not the pending put of its name any more. The name is forced with the next
   * {@link #force}.
   *
   * @throws DamagedBodyException if the file is not what was written
   */
  void bringToFile(StoredName name, long version) throws IOException {
    Held here = entriesOf(name).pending();
    if (here != null && here.write() instanceof Pending.Put put && put.version() == version) {
      bringToFile(here, put);
    }
  }

  private void bringToFile(Held here, Pending.Put put) throws IOException {
    if (!here.logged()) {
      return;
    }
    if (here.file() == Held.File.LOST) {
      throw new DamagedBodyException(here.entry().file() + " could not be forced before", null);
    }
    try {
      files.forceBody(here.entry(), put.content());
    } catch (DamagedBodyException e) {
      change(put.name(), line -> line.pending(line.pending().as(Held.File.LOST)));
      throw e;
    }
    files.change(here.entry(), Kind.PENDING_PUT);
    change(put.name(), line -> line.pending(line.pending().as(Held.File.FORCED)));
  }

  /** Makes the file anew of a put whose record is in the log, and is as {@link #bringToFile}. */
  void rewrite(Pending.Put put, byte[] body, Path temporary) throws IOException {
    Held here = entriesOf(put.name()).pending();
    files.rewrite(here.entry(), body, put.content(), temporary);
    change(put.name(), line -> line.pending(line.pending().as(Held.File.LOGGED)));
    bringToFile(put.name(), put.version());
  }

  /** Makes all entries durable that are in files. */
  void force() throws IOException {
    files.force();
  }

  /** Records a deletion of a name, durably, in place of a pending write of it. */
  Pending.Delete delete(StoredName name, Reservation taken, long nowMs) throws IOException {
    Pending.Delete delete = deleteLogged(name, taken, nowMs);
    makeDurable(delete);
    return delete;
  }

  /** Makes sure that a pending write is on disk. */
  void makeDurable(Pending write) throws IOException {
    Held here = entriesOf(write.name()).pending();
    if (isThis(here, write) && !here.durable()) {
      bringToFile(write.name(), write.version());
      files.force();
      logged(write);
    }
  }

  /** Lets reads show a write that they did not show so far, for good: it replaces a kept one. */
  void show(Pending write) {
    Held here = entriesOf(write.name()).pending();
    if (!isThis(here, write) || here.over()) {
      return;
    }
    Pending shown =
        switch (write) {
          case Pending.Put put ->
              new Pending.Put(put.name(), put.version(), put.sinceMs(), true, put.content());
          case Pending.Delete delete ->
              new Pending.Delete(delete.name(), delete.version(), delete.sinceMs(), true);
        };
    change(write.name(), line -> line.pending(here.as(shown)));
    if (entriesOf(write.name()).kept() != null) {
      keptQueue.remove(write.name());
      change(write.name(), NameEntries::retireKept);
      dropOlder(write.name());
    }
  }

  /**
   * Keeps a write that the origin has confirmed, if it is still the pending one of its name. That
   * it is confirmed is not forced: a crash that takes it back has it delivered again.
   *
   * @return empty if a newer write is pending
   */
  Optional<Kept> keep(Pending write, long nowMs) throws IOException {
    Held here = entriesOf(write.name()).pending();
    if (!isThis(here, write)) {
      return Optional.empty();
    }
    makeDurable(write);
    bringToFile(write.name(), write.version());
    EntryName entry = entriesOf(write.name()).pending().entry();
    files.change(entry, entry.kind().kept(true));
    var kept = new Kept(write.name(), write.version(), nowMs, contentOf(write));
    enterKept(kept);
    change(write.name(), line -> line.retireKept().pending(null).kept(kept));
    here.room().release();
    return Optional.of(kept);
  }

  /**
   * Removes a pending write, durably, if it is still that of its name. If this fails, the write is
   * over: another call ends it.
   */
  boolean remove(Pending write) throws IOException {
    Held here = entriesOf(write.name()).pending();
    if (!isThis(here, write)) {
      return false;
    }
    change(write.name(), line -> line.pending(here.asOver()));
    removeOlderDurably(write.name(), write.version());
    files.remove(here.entry());
    files.force();
    change(write.name(), line -> line.pending(null));
    here.room().release();
    return true;
  }

  /** Makes sure that no removed entry of a name comes back. */
  private void forceRemovals(StoredName name) throws IOException {
    if (files.mayComeBack(name)) {
      files.force();
    }
  }

  /** Makes sure that no removed entry of some names comes back; one force serves all. */
  void forceRemovals(Collection<Kept> names) throws IOException {
    if (names.stream().anyMatch(kept -> files.mayComeBack(kept.name()))) {
      files.force();
    }
  }

  /** Makes sure that no removed entry comes back. */
  void forceRemovals() throws IOException {
    if (files.mayComeBack()) {
      files.force();
    }
  }

  /**
   * Removes a kept write, if it is still that of its name. A power failure may bring it back until
   * the next force, which harms nobody: nothing newer of its name was there.
   */
  boolean leave(Kept kept) throws IOException {
    if (!isHere(kept)) {
      return false;
    }
    removeOlderDurably(kept.name(), kept.version());
    files.remove(kept.entry());
    keptQueue.remove(kept.name());
    change(kept.name(), line -> line.kept(null));
    return true;
  }

  /**
   * Makes a kept write pending again.
   *
   * @return empty if it is not kept any more, or a newer write is pending
   */
  Optional<Pending> again(Kept kept) throws IOException {
    if (!isHere(kept) || entriesOf(kept.name()).pending() != null) {
      return Optional.empty();
    }
    files.change(kept.entry(), kept.entry().kind().kept(false));
    Pending write = pending(kept.name(), kept.version(), kept.settledMs(), kept.content());
    change(kept.name(), line -> line.kept(null).pending(found(write)));
    keptQueue.remove(kept.name());
    return Optional.of(write);
  }

  /** Takes up what an earlier process left, the oldest first: see {@link EntryRecovery}. */
  void recover(long nowMs, boolean trusted) throws IOException {
    new EntryRecovery(disk, files).run(nowMs, trusted).forEach(this::takeUp);
  }

  private void takeUp(EntryRecovery.Left left) {
    EntryName entry = left.entry();
    if (entry.kind().isKept()) {
      var kept = new Kept(entry.name(), entry.version(), left.sinceMs(), left.content());
      enterKept(kept);
      change(entry.name(), line -> line.kept(kept));
      return;
    }
    Pending write = pending(entry.name(), entry.version(), left.sinceMs(), left.content());
    change(entry.name(), line -> line.pending(found(write)));
  }

  private Held found(Pending write) {
    return new Held(write, Reservation.found(room, write.bytes()), true, false, Held.File.FORCED);
  }

  private static Pending pending(
      StoredName name, long version, long sinceMs, Optional<Content> content) {
    return content.isPresent()
        ? new Pending.Put(name, version, sinceMs, true, content.get())
        : new Pending.Delete(name, version, sinceMs, true);
  }

  private static Optional<Content> contentOf(Pending write) {
    return write instanceof Pending.Put put ? Optional.of(put.content()) : Optional.empty();
  }

  private void enterKept(Kept kept) {
    keptQueue.add(kept.name(), new FileQueue.Entry(kept.bytes(), kept.settledMs()));
  }

  private void replace(Held now) {
    StoredName name = now.write().name();
    Held old = entriesOf(name).pending();
    change(name, line -> old == null ? line.pending(now) : line.pending(now).andOlder(old.entry()));
    if (old != null) {
      old.room().release();
      if (!old.over()) {
        meters.coalesced().increment();
      }
    }
  }

  /** Before the newest entry of a name may be removed. */
  private void removeOlderDurably(StoredName name, long version) throws IOException {
    for (EntryName entry : entriesOf(name).older()) {
      files.remove(entry);
    }
    change(name, line -> line.older(List.of()));
    forceRemovals(name);
    removals.upTo(name, version);
  }

  /** Removes what a durable write has replaced. A file that stays is removed with the next one. */
  private void dropOlder(StoredName name) {
    var left = new ArrayList<EntryName>();
    for (EntryName entry : entriesOf(name).older()) {
      try {
        files.remove(entry);
      } catch (IOException e) {
        log.warn("{} cannot be removed yet; a newer write has replaced it", entry.file(), e);
        left.add(entry);
      }
    }
    change(name, line -> line.older(left));
  }

  private long sinceMs(StoredName name, long nowMs) {
    Held old = entriesOf(name).pending();
    return old == null || old.over() ? nowMs : old.write().sinceMs();
  }
}
