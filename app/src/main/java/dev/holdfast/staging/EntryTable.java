package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.NameEntries.Held;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * The entries that are on disk, as the store knows them. {@link Entries} keeps both in step.
 *
 * <p>Threading: changes of a name are made under that name's lock; looking needs none.
 */
abstract sealed class EntryTable permits Entries {
  private final Map<StoredName, NameEntries> names = new ConcurrentHashMap<>();
  private final AtomicInteger pendingCount = new AtomicInteger();
  private final WriteChanges changes = new WriteChanges();

  /** The kept writes, in the order in which they settled. */
  final FileQueue keptQueue = new FileQueue();

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

  /** Returns true if a write is the pending one of its name, and surely on disk. */
  boolean isDurable(Pending write) {
    Held here = entriesOf(write.name()).pending();
    return isThis(here, write) && here.durable();
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

  /** How many pending puts have no forced file: their records in the log are. */
  long loggedCount() {
    return names.values().stream()
        .map(NameEntries::pending)
        .filter(held -> held != null && held.logged())
        .count();
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

  /** Returns true if a kept write is still that of its name. */
  boolean isHere(Kept kept) {
    return kept(kept.name()).filter(now -> now.version() == kept.version()).isPresent();
  }

  static boolean isThis(Held held, Pending write) {
    return held != null && held.write().version() == write.version();
  }

  final NameEntries entriesOf(StoredName name) {
    return names.getOrDefault(name, NameEntries.EMPTY);
  }

  final void change(StoredName name, UnaryOperator<NameEntries> step) {
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
