package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The published and the cold files of one sidecar, and their eviction: published, clean and oldest
 * goes cold; cold and oldest goes away. Files of pending writes are published but in no queue.
 *
 * <p>nginx shows cold files, too, to some of those who ask: what is cold is as current as what is
 * published, and no name is in both for longer than a change of it takes, of which published is the
 * newer one.
 *
 * <p>Small and large published files are in directories of their own. nginx keeps small files open,
 * and a deleted file keeps its bytes for as long as somebody has it open: so these bytes are
 * bounded. nginx looks for a small file first, and asks the file system about its name each time. A
 * name is in both directories only while a change of it goes on. Nobody has heard of that change
 * then, so both answers are right. The same holds of a link of {@link AbsenceLinks}, which is among
 * the small files.
 *
 * <p>Threading: what changes a name is called under that name's lock, {@link #keepBudget} and
 * {@link #expire} under none.
 */
final class PublishedFiles {
  /** Names looked at in one go when some of the oldest are locked by others. */
  private static final int VICTIMS = 16;

  private final Disk disk;
  private final Layout layout;
  private final NameLocks locks;
  private final StagingLimits limits;
  private final StagingMeters meters;
  private final AbsenceLinks absences;
  private final FileQueue clean = new FileQueue();
  private final FileQueue cold = new FileQueue();

  /** Names that somebody is about to open, and how many do; they are not evicted. */
  private final Map<StoredName, Integer> held = new ConcurrentHashMap<>();

  private final ReentrantLock evicting = new ReentrantLock();

  PublishedFiles(
      Disk disk, Layout layout, NameLocks locks, StagingLimits limits, StagingMeters meters) {
    this.disk = disk;
    this.layout = layout;
    this.locks = locks;
    this.limits = limits;
    this.meters = meters;
    this.absences = new AbsenceLinks(disk, layout.published(), AbsenceLinks.MAX);
    meters.publishedCount(clean::count);
    meters.publishedBytes(clean::bytes);
  }

  AbsenceLinks absences() {
    return absences;
  }

  private Path path(StoredName name, boolean large) {
    return (large ? layout.large() : layout.published()).resolve(name.toString());
  }

  private Path coldPath(StoredName name) {
    return layout.cold().resolve(name.toString());
  }

  Optional<Content> find(StoredName name) throws IOException {
    Optional<Disk.FileFacts> small = disk.facts(path(name, false));
    return (small.isPresent() ? small : disk.facts(path(name, true))).map(Content::of);
  }

  /** Opens a published file; empty if it was withdrawn. */
  Optional<InputStream> open(StoredName name) throws IOException {
    Optional<InputStream> small = open(path(name, false));
    return small.isPresent() ? small : open(path(name, true));
  }

  private Optional<InputStream> open(Path file) throws IOException {
    try {
      return Optional.of(disk.open(file));
    } catch (NoSuchFileException elsewhere) {
      return Optional.empty();
    }
  }

  Optional<Content> findCold(StoredName name) throws IOException {
    return disk.facts(coldPath(name)).map(Content::of);
  }

  /** Publishes a fetched body, which is clean. */
  void publish(StoredName name, Spool body, long nowMs) throws IOException {
    absences.remove(name);
    boolean large = PublishedPath.isLarge(body.content().size());
    disk.rename(body.path(), path(name, large));
    body.moved().release();
    dropOlder(name, large);
    enter(name, body.content(), nowMs);
  }

  /** Publishes a second name of a pending body. It is not evicted before {@link #enter}. */
  void publishLink(StoredName name, Content content, Path body, Path temporary) throws IOException {
    absences.remove(name);
    boolean taken = clean.remove(name).isPresent();
    boolean large = PublishedPath.isLarge(content.size());
    if (taken || !isLinked(path(name, large), body)) {
      disk.link(temporary, body);
      try {
        disk.rename(temporary, path(name, large));
      } catch (IOException | RuntimeException e) {
        drop(temporary, e);
        throw e;
      }
      // A rename of one file onto another name of the same file leaves both (rename(2)).
      disk.delete(temporary);
    }
    dropOlder(name, large);
  }

  private void drop(Path temporary, Exception why) {
    try {
      disk.delete(temporary);
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  /** False if something is published there already, which a link does not replace. */
  private boolean isLinked(Path name, Path body) throws IOException {
    try {
      disk.link(name, body);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  /** Counts a published file as clean: from now on it may be evicted. */
  void enter(StoredName name, Content content, long sinceMs) {
    clean.add(name, new FileQueue.Entry(content.size(), sinceMs));
  }

  /** Removes a name from published and cold. */
  void withdraw(StoredName name) throws IOException {
    clean.remove(name);
    absences.remove(name);
    disk.delete(path(name, false));
    dropOlder(name, false);
  }

  /** Brings a cold file back; false if there is none. */
  boolean lift(StoredName name) throws IOException {
    Optional<FileQueue.Entry> entry = cold.remove(name);
    if (entry.isEmpty()) {
      return false;
    }
    absences.remove(name);
    disk.rename(coldPath(name), path(name, PublishedPath.isLarge(entry.get().size())));
    clean.add(name, entry.get());
    meters.lifted().increment();
    return true;
  }

  /** Keeps a name from being evicted until {@link #letGo}, also one that is not here yet. */
  void hold(StoredName name) {
    held.merge(name, 1, Integer::sum);
  }

  /** Ends one {@link #hold}; the budget is to be looked at afterwards. */
  void letGo(StoredName name) {
    held.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Evicts until the budgets hold again. Another thread that does so already is enough. */
  void keepBudget() throws IOException {
    boolean evicted = true;
    while (evicted && isOver() && evicting.tryLock()) {
      try {
        evicted = evictSome();
      } finally {
        evicting.unlock();
      }
    }
  }

  /**
   * Removes cold, then clean files, the oldest first, until so many bytes are free on the disk or
   * nothing is left that could go.
   */
  void makeFree(long bytes) throws IOException {
    while (disk.usableBytes(layout.own()) < bytes) {
      if (!evictFirstFree(cold) && !evictFirstFree(clean)) {
        return;
      }
    }
  }

  /** Removes clean files whose bytes came before a moment; returns how many. */
  int expire(long beforeMs) throws IOException {
    int removed = 0;
    for (FileQueue queue : new FileQueue[] {clean, cold}) {
      for (StoredName name : queue.before(beforeMs)) {
        Lock lock = locks.of(name);
        lock.lock();
        try {
          if (queue.contains(name)) {
            withdraw(name);
            removed++;
          }
        } finally {
          lock.unlock();
        }
      }
    }
    return removed;
  }

  /** Drops a file that is published under a name, whatever it is. For recovery. */
  void dropUnknown(StoredName name) throws IOException {
    disk.delete(path(name, false));
    disk.delete(path(name, true));
  }

  private boolean isOver() {
    return clean.isOver(limits.publishedBytesMax(), limits.publishedFilesMax())
        || cold.isOver(limits.coldBytesMax(), limits.coldFilesMax());
  }

  private boolean evictSome() throws IOException {
    boolean evicted = false;
    if (clean.isOver(limits.publishedBytesMax(), limits.publishedFilesMax())) {
      evicted = evictFirstFree(clean);
    }
    if (cold.isOver(limits.coldBytesMax(), limits.coldFilesMax())) {
      evicted |= evictFirstFree(cold);
    }
    return evicted;
  }

  /** False if each of the oldest is in use: whoever uses them looks at the budget afterwards. */
  private boolean evictFirstFree(FileQueue queue) throws IOException {
    for (StoredName name : queue.oldest(VICTIMS)) {
      Lock lock = locks.of(name);
      if (!held.containsKey(name) && lock.tryLock()) {
        try {
          evict(queue, name);
          return true;
        } finally {
          lock.unlock();
        }
      }
    }
    return false;
  }

  private void evict(FileQueue queue, StoredName name) throws IOException {
    Optional<FileQueue.Entry> entry = queue.remove(name);
    if (entry.isEmpty()) {
      return;
    }
    if (queue == clean) {
      disk.rename(path(name, PublishedPath.isLarge(entry.get().size())), coldPath(name));
      cold.add(name, entry.get());
      meters.evictedToCold().increment();
    } else {
      disk.delete(coldPath(name));
      meters.evictedOut().increment();
    }
  }

  /** Removes what a change of a name has left in the other directories. */
  private void dropOlder(StoredName name, boolean large) throws IOException {
    disk.delete(path(name, !large));
    cold.remove(name);
    // Even one that was not known of: nginx shows what is there.
    disk.delete(coldPath(name));
  }
}
