package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.metrics.Meters;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pending writes: a bounded map and its directories. No cache reaches them.
 *
 * <p>The order of the steps is what makes them survive a crash: a put and a delete of one name are
 * found together only when the put is the newer one or the delete was not acknowledged yet, so that
 * recovery lets the put win; and a write leaves the map only when its removal is forced, so that no
 * settled write comes back to undo a later one.
 *
 * <p>Threading: changes of a name are made under that name's lock; looking needs none.
 */
final class PendingWrites {
  private final Disk disk;
  private final Layout layout;
  private final PendingFiles puts;
  private final PendingFiles deletes;
  private final Room room;
  private final Meters meters;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final AtomicLong lastVersion = new AtomicLong();

  /**
   * A pending write and the room that it occupies.
   *
   * @param over its removal has begun: what is left of it is to be removed, and nothing else
   */
  private record Held(Pending write, Reservation room, boolean over) {
    Held(Pending write, Reservation room) {
      this(write, room, false);
    }
  }

  PendingWrites(Disk disk, Layout layout, Room room, Meters meters) {
    this.disk = disk;
    this.layout = layout;
    this.room = room;
    this.meters = meters;
    this.puts = new PendingFiles(disk, layout.pendingPut());
    this.deletes = new PendingFiles(disk, layout.pendingDelete());
  }

  Optional<Pending> get(String name) {
    Held here = held.get(name);
    return here == null ? Optional.empty() : Optional.of(here.write());
  }

  /** Whether the removal of a write has begun and did not come to its end. */
  boolean isOver(Pending write) {
    Held here = held.get(write.name());
    return here != null && here.over() && here.write().version() == write.version();
  }

  Collection<Pending> all() {
    return held.values().stream().map(Held::write).toList();
  }

  int count() {
    return held.size();
  }

  /** Where the body of a pending put is. */
  Path body(String name) {
    return puts.path(name);
  }

  /**
   * Makes a body the pending put of its name, durably. Reads do not show it before {@link #show}:
   * until it is forced, a crash could take back what was read.
   */
  Pending.Put put(String name, Spool body, long nowMs) throws IOException {
    disk.rename(body.path(), body(name));
    Held old = held.get(name);
    var write =
        new Pending.Put(
            name, lastVersion.incrementAndGet(), since(old, nowMs), false, body.content());
    replace(old, new Held(write, body.moved()));
    puts.force();
    deletes.remove(name);
    return write;
  }

  /** Records a deletion of a name, durably, in place of a pending put of it. */
  Pending.Delete delete(String name, Reservation taken, long nowMs) throws IOException {
    mark(name);
    Held old = held.get(name);
    var write = new Pending.Delete(name, lastVersion.incrementAndGet(), since(old, nowMs), false);
    replace(old, new Held(write, taken.handOver()));
    deletes.force();
    puts.remove(name);
    return write;
  }

  /** Leaves no marker if it fails: the next start would take it for a deletion. */
  private void mark(String name) throws IOException {
    NewFile marker;
    try {
      marker = disk.create(deletes.path(name));
    } catch (FileAlreadyExistsException again) {
      return; // an earlier deletion of the name is still pending: one marker serves both
    }
    try (marker) {
      marker.force();
    } catch (IOException | RuntimeException e) {
      unmark(name, e);
      throw e;
    }
  }

  private void unmark(String name, Exception why) {
    try {
      disk.delete(deletes.path(name));
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  /** Lets reads show a write that they did not show so far. */
  void show(Pending write) {
    Pending shown =
        switch (write) {
          case Pending.Put put ->
              new Pending.Put(put.name(), put.version(), put.sinceMs(), true, put.content());
          case Pending.Delete delete ->
              new Pending.Delete(delete.name(), delete.version(), delete.sinceMs(), true);
        };
    held.computeIfPresent(
        write.name(),
        (name, old) ->
            old.write().version() == write.version() && !old.over()
                ? new Held(shown, old.room())
                : old);
  }

  /**
   * Removes a write, durably, if it is still the pending one of its name. If this fails, the write
   * is over: another call ends it.
   *
   * <p>What it replaced goes first. It may be there still if staging the write failed halfway, and
   * alone it would be taken for a pending write by the next start.
   */
  boolean remove(Pending write) throws IOException {
    Held here = held.get(write.name());
    if (here == null || here.write().version() != write.version()) {
      return false;
    }
    held.put(write.name(), new Held(here.write(), here.room(), true));
    switch (write) {
      case Pending.Put put -> {
        deletes.remove(put.name());
        puts.remove(put.name());
      }
      case Pending.Delete delete -> {
        puts.remove(delete.name());
        deletes.remove(delete.name());
      }
    }
    held.remove(write.name());
    here.room().release();
    return true;
  }

  /**
   * Takes up what an earlier process left, the oldest first. Both found: the put wins, and the
   * marker goes.
   */
  List<Pending> recover(long nowMs) throws IOException {
    var bodies = new HashMap<String, Content>();
    disk.list(layout.pendingPut(), name -> bodies.put(name, null));
    for (Map.Entry<String, Content> body : bodies.entrySet()) {
      body.setValue(Content.of(disk.facts(body(body.getKey())).orElseThrow()));
    }
    var markers = new HashMap<String, Boolean>();
    disk.list(layout.pendingDelete(), name -> markers.put(name, bodies.containsKey(name)));
    for (Map.Entry<String, Boolean> marker : markers.entrySet()) {
      if (marker.getValue()) {
        disk.delete(deletes.path(marker.getKey()));
      }
    }
    // What was renamed or created but not forced before the crash counts from now on.
    puts.force();
    deletes.force();
    var left = new ArrayList<Left>();
    for (Map.Entry<String, Content> body : bodies.entrySet()) {
      left.add(new Left(body.getKey(), since(body(body.getKey()), nowMs), body.getValue()));
    }
    for (Map.Entry<String, Boolean> marker : markers.entrySet()) {
      if (!marker.getValue()) {
        Path file = deletes.path(marker.getKey());
        left.add(new Left(marker.getKey(), since(file, nowMs), null));
      }
    }
    left.sort(Comparator.comparingLong(Left::sinceMs));
    return left.stream().map(this::takeUp).toList();
  }

  /** A pending write of an earlier process; one without content is a delete. */
  private record Left(String name, long sinceMs, Content content) {}

  private long since(Path file, long nowMs) throws IOException {
    return Math.min(nowMs, disk.changedMs(file));
  }

  private Pending takeUp(Left left) {
    long version = lastVersion.incrementAndGet();
    Pending write =
        left.content() == null
            ? new Pending.Delete(left.name(), version, left.sinceMs(), true)
            : new Pending.Put(left.name(), version, left.sinceMs(), true, left.content());
    occupy(write);
    return write;
  }

  private void occupy(Pending write) {
    held.put(write.name(), new Held(write, Reservation.found(room, write.bytes())));
  }

  private void replace(Held old, Held now) {
    held.put(now.write().name(), now);
    if (old != null) {
      old.room().release();
      if (!old.over()) {
        meters.coalesced().increment();
      }
    }
  }

  private static long since(Held old, long nowMs) {
    return old == null || old.over() ? nowMs : old.write().sinceMs();
  }
}
