package dev.holdfast.counters.http;

import dev.holdfast.counters.Configuration;
import dev.holdfast.counters.DeadActors;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.LeftDirectory;
import dev.holdfast.counters.LeftDirectory.Records;
import dev.holdfast.disk.DirectoryLock;
import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of dead actors on a file system that all actors share.
 *
 * <p>A directory is looked at under its lock each time. Every start writes new files, so files with
 * the same names, sizes and times as before are not read again. The heir keeps what they say, and
 * nothing of it is kept here, however many actors are dead.
 *
 * <p>A reader gives way to a process that starts. It needs the lock for as long as it forces and
 * reads the files, and not while it makes sense of them.
 *
 * <p>Threading: may be used from any number of threads. One reads at a time.
 */
final class SharedDirectories implements DeadActors, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedDirectories.class);

  private final ActorDirectories directories;
  private final Path own;
  private final Disk disk;
  private final Guarded guarded;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("counters-dead").daemon().factory());
  private final Map<Path, Known> known = new HashMap<>(); // used by the reader alone
  private final Set<Path> unreadable = new HashSet<>(); // used by the reader alone

  /**
   * A directory, as it was read last.
   *
   * @param files what its files were then
   * @param isTaken true if the heir has taken all that it had then
   */
  private record Known(String files, Id actor, Configuration configuration, boolean isTaken) {
    Known taken() {
      return new Known(files, actor, configuration, true);
    }

    Left left() {
      return new Left(configuration, files, isTaken);
    }
  }

  /**
   * @param own the directory of this process, which it must not open again
   */
  SharedDirectories(ActorDirectories directories, Path own, Disk disk, Guarded guarded) {
    this.guarded = guarded;
    this.directories = directories;
    this.own = own;
    this.disk = disk;
  }

  @Override
  public void look(Set<Id> actors, Heir heir, Consumer<Map<Id, Left>> then) {
    try {
      reader.execute(() -> answer(actors, heir, then));
    } catch (RejectedExecutionException closed) {
      log.debug("left out: the actor has ended", closed);
    }
  }

  /** Reads wait for the answer, so there is one whatever fails. */
  private void answer(Set<Id> actors, Heir heir, Consumer<Map<Id, Left>> then) {
    var found = new HashMap<Id, Left>();
    if (!guarded.run(() -> look(actors, heir, found))) {
      found.clear();
    }
    guarded.run(() -> then.accept(found));
  }

  /** A copy may have counted as well. So an actor with two directories is not found. */
  private void look(Set<Id> actors, Heir heir, Map<Id, Left> found) {
    List<Path> all = directories.allBut(own, this::warnOnce);
    known.keySet().retainAll(all);
    var copied = new HashSet<Id>();
    for (Path directory : all) {
      guarded.run(
          () ->
              look(directory, actors, heir)
                  .filter(now -> found.put(now.actor(), now.left()) != null)
                  .ifPresent(now -> copied.add(now.actor())));
    }
    found.keySet().removeAll(copied);
  }

  /** Returns a directory if it is free, and that of one of the actors. */
  private Optional<Known> look(Path directory, Set<Id> actors, Heir heir) {
    try {
      Optional<Records> fresh;
      try (DirectoryLock lock = DirectoryLock.shared(directory).orElse(null)) {
        if (lock == null) {
          known.remove(directory);
          return Optional.empty(); // somebody has it, or is just starting
        }
        Optional<Known> now = identified(directory, lock);
        if (now.isEmpty() || !actors.contains(now.get().actor())) {
          return Optional.empty();
        }
        if (now.get().isTaken() || !heir.agrees(now.get().configuration())) {
          return now;
        }
        fresh = LeftDirectory.read(disk, directory, lock::isWanted);
      }
      return fresh.isEmpty()
          ? Optional.empty() // a process waits for it
          : Optional.of(taken(directory, fresh.get(), heir));
    } catch (IOException e) {
      warnOnce(directory, e);
      return Optional.empty();
    }
  }

  /** Returns whose directory it is; empty if a process waits for it. */
  private Optional<Known> identified(Path directory, DirectoryLock lock) throws IOException {
    String files = files(directory);
    Known before = known.get(directory);
    if (before != null && before.files().equals(files)) {
      return Optional.of(before);
    }
    Optional<Records> own = LeftDirectory.readOwn(disk, directory, lock::isWanted);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    LeftDirectory left = own.get().replay();
    var now = new Known(files, left.actor(), left.configuration(), false);
    if (known.put(directory, now) == null) {
      log.info("{} is the directory of a dead actor, {}", directory, left.actor());
    }
    return Optional.of(now);
  }

  private Known taken(Path directory, Records records, Heir heir) throws IOException {
    LeftDirectory left = records.replay();
    if (heir.take(left)) {
      known.computeIfPresent(directory, (_, now) -> now.taken());
    }
    return known.get(directory);
  }

  /** Once, not for every read that follows. */
  private void warnOnce(Path path, IOException e) {
    if (unreadable.add(path)) {
      log.warn("{} cannot be read: its actors count as ones that do not answer", path, e);
    }
  }

  /** Returns the names, sizes and times of the files of a directory's logs. */
  private String files(Path directory) throws IOException {
    var described = new TreeSet<String>();
    for (Path log : LeftDirectory.logs(directory)) {
      for (String name : names(log)) {
        Path file = log.resolve(name);
        described.add(file + " " + disk.facts(file) + " " + disk.changedMs(file));
      }
    }
    return described.toString();
  }

  private List<String> names(Path log) throws IOException {
    var names = new ArrayList<String>();
    if (disk.isDirectory(log)) {
      disk.list(log, names::add);
    }
    return names;
  }

  /** Stops. What was asked for is not read any more. */
  @Override
  public void close() {
    reader.shutdownNow();
  }
}
