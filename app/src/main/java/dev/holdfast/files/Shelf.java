package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.Kept;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what is known of a name without the origin: the staging store and the index, kept in step.
 *
 * <p>Threading: may be used from any number of threads. Methods that change a name take its lock
 * themselves, but for those that say that it is held.
 */
final class Shelf {
  private static final Logger log = LoggerFactory.getLogger(Shelf.class);

  private final StagingStore store;
  private final Index index;

  /** False for good once {@link #unlinkAll} has begun. */
  private volatile boolean isLinked;

  /**
   * @param isLinked true to have nginx answer for absent names; then {@link #unlinkForgotten} has
   *     to be called again and again
   */
  Shelf(StagingStore store, Index index, boolean isLinked) {
    this.store = store;
    this.index = index;
    this.isLinked = isLinked;
  }

  /**
   * Returns the answer to a read, or empty if it is not here. A cold file is brought back for it.
   *
   * <p>The disk is asked first, since it is what nginx shows: nobody may read from nginx what the
   * sidecar does not know of yet.
   */
  Optional<ReadOutcome> look(StoredName name) throws IOException {
    Optional<ReadOutcome> seen = glance(name);
    return seen.isEmpty() && (store.isCold(name) || store.kept().of(name).isPresent())
        ? lookAfterChange(name)
        : seen;
  }

  /** Like {@link #look}, but nothing is brought back, and no lock taken. */
  Optional<ReadOutcome> glance(StoredName name) throws IOException {
    Optional<Content> published = store.published(name);
    if (published.isPresent()) {
      return published.map(Shelf::here);
    }
    boolean deleted =
        store.pending(name).filter(Pending::visible).orElse(null) instanceof Pending.Delete
            || store.kept().of(name).filter(kept -> kept.content().isEmpty()).isPresent();
    return deleted || index.get(name).orElse(null) instanceof Known.Absent
        ? Optional.of(new ReadOutcome.Absent(false))
        : Optional.empty();
  }

  /**
   * Notes that somebody asks for a name that is known absent. Returns true if nginx could answer
   * the next one: from the second time on, since most are asked for once, and then written.
   */
  boolean isLinkDue(StoredName name) {
    return isLinked
        && index.get(name).orElse(null) instanceof Known.Absent absent
        && absent.isAskedAgain()
        && store.absences().isRoomFor(name);
  }

  /** Has nginx answer for a name if {@link #isLinkDue}. May wait for the disk. */
  void askedAbsent(StoredName name) {
    if (!isLinkDue(name)) {
      return;
    }
    Lock lock = store.lock(name);
    if (lock.tryLock()) {
      try {
        if (isAbsent(name)) {
          store.absences().add(name);
        }
        if (!isLinked) {
          store.absences().remove(name); // it may have come too late for unlinkAll to see it
        }
      } catch (IOException e) {
        log.debug("nginx does not answer for {} alone", name, e);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Takes the links of names that are not known absent any more. */
  void unlinkForgotten() throws IOException {
    unlink(name -> !isAbsent(name));
  }

  /**
   * Takes all links for good, so that nobody believes them when nobody can take them any more.
   * Requests may still ask for absent names meanwhile.
   */
  void unlinkAll() throws IOException {
    isLinked = false;
    unlink(_ -> true);
  }

  /** Says if a link has to go. */
  private interface Condition {
    boolean test(StoredName name) throws IOException;
  }

  private void unlink(Condition condition) throws IOException {
    for (StoredName name : store.absences().names()) {
      Lock lock = store.lock(name);
      lock.lock();
      try {
        if (condition.test(name)) {
          store.absences().remove(name);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isAbsent(StoredName name) throws IOException {
    return glance(name).orElse(null) instanceof ReadOutcome.Absent;
  }

  private static ReadOutcome here(Content content) {
    return new ReadOutcome.Here(content, false);
  }

  /** Does the same after a local change of the name that is just being made. */
  Optional<ReadOutcome> lookAfterChange(StoredName name) throws IOException {
    Optional<ReadOutcome> seen;
    boolean isBack = false;
    Lock lock = store.lock(name);
    lock.lock();
    try {
      seen = glance(name);
      if (seen.isEmpty()) {
        isBack = bringBackLocked(name);
        seen = isBack ? store.published(name).map(Shelf::here) : seen;
      }
    } finally {
      lock.unlock();
    }
    if (isBack) {
      store.keepBudget();
    }
    return seen;
  }

  /** Opens what is published under a name, together with what it is; empty if nothing is. */
  Optional<OpenedFile> open(StoredName name) throws IOException {
    Lock lock = store.lock(name);
    lock.lock();
    try {
      Optional<Content> content = store.published(name);
      if (content.isEmpty() && bringBackLocked(name)) {
        content = store.published(name);
      }
      if (content.isEmpty()) {
        return Optional.empty(); // a link may be there, and its directory can be opened
      }
      Content found = content.get();
      return store.openPublished(name).map(bytes -> new OpenedFile(found, bytes));
    } finally {
      lock.unlock();
    }
  }

  /** Opens the body of a pending put; empty if a newer write has replaced it. */
  Optional<InputStream> openPending(Pending.Put put) throws IOException {
    Lock lock = store.lock(put.name());
    lock.lock();
    try {
      boolean current =
          store.pending(put.name()).filter(now -> now.version() == put.version()).isPresent();
      return current ? Optional.of(store.openPending(put)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Opens the body of a kept put; empty if it is not kept any more. */
  Optional<InputStream> openKept(Kept put) throws IOException {
    Lock lock = store.lock(put.name());
    lock.lock();
    try {
      boolean current =
          store.kept().of(put.name()).filter(now -> now.version() == put.version()).isPresent();
      return current ? Optional.of(store.kept().open(put)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Makes a kept write pending again; empty if it is not kept any more, or a newer one pending. */
  Optional<Pending> again(Kept kept) throws IOException {
    Lock lock = store.lock(kept.name());
    lock.lock();
    try {
      return store.kept().again(kept);
    } finally {
      lock.unlock();
    }
  }

  /** Lets reads show a staged write. The name's lock is held. */
  void reveal(Pending write) throws IOException {
    store.show(write);
    index.put(
        write.name(),
        switch (write) {
          case Pending.Put put -> new Known.Present(put.content());
          case Pending.Delete delete -> new Known.Absent();
        });
  }

  /**
   * Forgets a write that the origin has confirmed, or that is over; false if a newer one is
   * pending. One that is confirmed and not shown yet, because staging it failed halfway, is shown
   * first.
   */
  boolean settled(Pending write) throws IOException {
    Lock lock = store.lock(write.name());
    lock.lock();
    try {
      Optional<Pending> current =
          store.pending(write.name()).filter(now -> now.version() == write.version());
      if (current.isPresent() && !current.get().visible() && !store.isOver(write)) {
        reveal(current.get());
      }
      return store.settled(write);
    } finally {
      lock.unlock();
      store.keepBudget();
    }
  }

  /** Shows a write that the origin has confirmed, and forgets it. */
  void confirmed(Pending write) throws IOException {
    Lock lock = store.lock(write.name());
    lock.lock();
    try {
      reveal(write);
      store.settled(write);
    } finally {
      lock.unlock();
    }
    store.keepBudget();
  }

  /**
   * Publishes what the origin returned, unless a write came in between.
   *
   * @return false if there was one; the body is then left to be dropped
   */
  boolean fetched(StoredName name, Spool body, Content content) throws IOException {
    Lock lock = store.lock(name);
    lock.lock();
    try {
      if (store.hasWrite(name)) {
        return false;
      }
      store.publishFetched(name, body);
      index.put(name, new Known.Present(content));
    } finally {
      lock.unlock();
    }
    store.keepBudget();
    return true;
  }

  /** Believes the origin that there is no such file, unless a write came in between. */
  boolean fetchedAbsence(StoredName name) {
    return unlessPending(name, () -> index.put(name, new Known.Absent()));
  }

  /** Notes that what the origin returned is damaged, unless a write came in between. */
  boolean fetchedDamage(StoredName name, Runnable note) {
    return unlessPending(name, note);
  }

  private boolean unlessPending(StoredName name, Runnable change) {
    Lock lock = store.lock(name);
    lock.lock();
    try {
      if (store.hasWrite(name)) {
        return false;
      }
      change.run();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Publishes a cold file again, or a kept put whose published file is gone. The name's lock is
   * held.
   *
   * @return false if there is neither
   */
  private boolean bringBackLocked(StoredName name) throws IOException {
    Optional<Kept> kept = store.kept().of(name);
    if (kept.isEmpty()) {
      return store.lift(name);
    }
    if (kept.get().content().isEmpty()) {
      return false;
    }
    store.kept().showAgain(kept.get());
    return true;
  }
}
