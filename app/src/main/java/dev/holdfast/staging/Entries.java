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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
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
final class Entries {
  private static final Logger log = LoggerFactory.getLogger(Entries.class);

  private final Disk disk;
  private final EntryFiles files;
  private final Versions versions;
  private final Room room;
  private final StagingMeters meters;
  private final Map<StoredName, NameEntries> names = new ConcurrentHashMap<>();
  private final FileQueue keptQueue = new FileQueue();
  private final AtomicInteger pendingCount = new AtomicInteger();
  private final WriteChanges changes = new WriteChanges();

  Entries(Disk disk, Layout layout, Versions versions, Room room, StagingMeters meters) {
    this.disk = disk;
    this.files = new EntryFiles(disk, layout.writes());
    this.versions = versions;
    this.room = room;
    this.meters = meters;
  }

  Optional<Pending> get(StoredName name) {
    return Optional.ofNullable(entriesOf(name).pending()).map(Held::write);
  }

  Optional<Kept> kept(StoredName name) {
    return Optional.ofNullable(entriesOf(name).kept());
  }

  /** The stored names of all writes that are pending or kept, in no particular order. */
  List<StoredName> allNames() {
    return names.entrySet().stream()
        .filter(name -> name.getValue().pending() != null || name.getValue().kept() != null)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns true if a write of a name is pending or kept. */
  boolean isHere(StoredName name) {
    NameEntries line = entriesOf(name);
    return line.pending() != null || line.kept() != null;
  }

  /**
   * Returns true if a write is still the pending one of its name, and its removal has not begun.
   */
  boolean isOngoing(Pending write) {
    Held here = entriesOf(write.name()).pending();
    return isThis(here, write) && !here.over();
  }

  /** Returns true if the removal of a write has begun and did not come to its end. */
  boolean isOver(Pending write) {
    Held here = entriesOf(write.name()).pending();
    return isThis(here, write) && here.over();
  }

  Collection<Pending> all() {
    return names.values().stream()
        .map(NameEntries::pending)
        .filter(held -> held != null)
        .map(Held::write)
        .toList();
  }

  Collection<Kept> allKept() {
    return names.values().stream().map(NameEntries::kept).filter(kept -> kept != null).toList();
  }

  WriteChanges changes() {
    return changes;
  }

  int count() {
    return pendingCount.get();
  }

  int keptCount() {
    return keptQueue.count();
  }

  long keptBytes() {
    return keptQueue.bytes();
  }

  boolean isKeptOver(long bytesMax, int countMax) {
    return keptQueue.isOver(bytesMax, countMax);
  }

  /** The kept writes that settled first, at most so many. */
  List<Kept> oldestKept(int most) {
    return keptQueue.oldest(most).stream().flatMap(name -> kept(name).stream()).toList();
  }

  /** Where the body of a pending put is. */
  Path body(Pending.Put put) {
    return files.path(new EntryName(Kind.PENDING_PUT, put.version(), put.name()));
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
    replace(new Held(put, body.moved(), false, false));
    makeDurable(put);
    return put;
  }

  /** Records a deletion of a name, durably, in place of a pending write of it. */
  Pending.Delete delete(StoredName name, Reservation taken, long nowMs) throws IOException {
    var entry = new EntryName(Kind.PENDING_DELETE, versions.next(), name);
    files.mark(entry);
    var delete = new Pending.Delete(name, entry.version(), sinceMs(name, nowMs), false);
    replace(new Held(delete, taken.handOver(), false, false));
    makeDurable(delete);
    return delete;
  }

  /** Makes sure that a pending write is on disk. */
  void makeDurable(Pending write) throws IOException {
    Held here = entriesOf(write.name()).pending();
    if (isThis(here, write) && !here.durable()) {
      files.force();
      change(
          write.name(),
          line -> line.pending(new Held(here.write(), here.room(), true, here.over())));
      dropOlder(write.name());
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
    change(write.name(), line -> line.pending(new Held(shown, here.room(), here.durable(), false)));
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
    files.change(here.entry(), here.entry().kind().kept(true));
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
    change(
        write.name(),
        line -> line.pending(new Held(here.write(), here.room(), here.durable(), true)));
    removeOlderDurably(write.name());
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
    removeOlderDurably(kept.name());
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
    var held = new Held(write, Reservation.found(room, write.bytes()), true, false);
    change(kept.name(), line -> line.kept(null).pending(held));
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
    var held = new Held(write, Reservation.found(room, write.bytes()), true, false);
    change(entry.name(), line -> line.pending(held));
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
  private void removeOlderDurably(StoredName name) throws IOException {
    for (EntryName entry : entriesOf(name).older()) {
      files.remove(entry);
    }
    change(name, line -> line.older(List.of()));
    forceRemovals(name);
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

  /** Returns true if a kept write is still that of its name. */
  boolean isHere(Kept kept) {
    return kept(kept.name()).filter(now -> now.version() == kept.version()).isPresent();
  }

  private static boolean isThis(Held held, Pending write) {
    return held != null && held.write().version() == write.version();
  }

  private NameEntries entriesOf(StoredName name) {
    return names.getOrDefault(name, NameEntries.EMPTY);
  }

  private void change(StoredName name, UnaryOperator<NameEntries> step) {
    names.compute(
        name,
        (_, old) -> {
          NameEntries before = old == null ? NameEntries.EMPTY : old;
          NameEntries now = step.apply(before);
          pendingCount.addAndGet(now.pendingCount() - before.pendingCount());
          return now.isEmpty() ? null : now;
        });
    changes.changed(name);
  }
}
