package dev.holdfast.counters.http;

import dev.holdfast.counters.CounterName;
import dev.holdfast.counters.DeadActors;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.LeftDirectory;
import dev.holdfast.disk.DirectoryLock;
import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * the same names, sizes and times as before are not read again. What they say is kept for the few
 * actors that were asked for last; of all others only who they are.
 *
 * <p>Threading: may be used from any number of threads. One reads at a time.
 */
final class SharedDirectories implements DeadActors, AutoCloseable {
  /**
   * How many directories are kept in memory, at most: each has up to all counters of all actors.
   */
  static final int KEPT_MAX = 2;

  private static final Logger log = LoggerFactory.getLogger(SharedDirectories.class);

  private final ActorDirectories directories;
  private final Path own;
  private final Disk disk;
  private final Guarded guarded;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("counters-dead").daemon().factory());
  private final Map<Path, Known> known = new HashMap<>(); // used by the reader alone
  private final Map<Path, Read> read = new LinkedHashMap<>(16, 0.75f, true); // so is this
  private final Set<Path> unreadable = new HashSet<>(); // used by the reader alone

  /** Whose directory it is, and what its files were when that was read. */
  private record Known(String files, Id actor) {}

  /** What a directory had, and what its files were then. */
  private record Read(String files, LeftDirectory left) {}

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
  public void read(Id actor, CounterName name, Consumer<Optional<Left>> then) {
    try {
      reader.execute(() -> answer(actor, name, then));
    } catch (RejectedExecutionException closed) {
      log.debug("left out: the actor has ended", closed);
    }
  }

  /** A read waits for the answer, so there is one whatever fails. */
  private void answer(Id actor, CounterName name, Consumer<Optional<Left>> then) {
    var found = new ArrayList<Left>();
    guarded.run(() -> read(actor).ifPresent(left -> found.add(left.left(name))));
    guarded.run(() -> then.accept(found.stream().findFirst()));
  }

  /** A copy may have counted as well. So an actor with two directories is not read. */
  private Optional<LeftDirectory> read(Id actor) {
    var found = new ArrayList<LeftDirectory>();
    List<Path> all = directories.allBut(own, this::warnOnce);
    known.keySet().retainAll(all);
    read.keySet().retainAll(all);
    for (Path directory : all) {
      read(directory, actor).ifPresent(found::add);
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /** Reads a directory if it is free, and the one of this actor. */
  private Optional<LeftDirectory> read(Path directory, Id actor) {
    try (DirectoryLock lock = DirectoryLock.shared(directory).orElse(null)) {
      if (lock == null) {
        known.remove(directory);
        read.remove(directory);
        return Optional.empty(); // somebody has it, or is just starting
      }
      String files = files(directory);
      Known whose = known.get(directory);
      if (whose != null && whose.files().equals(files) && !whose.actor().equals(actor)) {
        return Optional.empty();
      }
      Read before = read.get(directory);
      if (before == null || !before.files().equals(files)) {
        before = new Read(files, LeftDirectory.read(disk, directory));
        note(directory, before, actor);
      }
      return Optional.of(before.left()).filter(left -> left.actor().equals(actor));
    } catch (IOException e) {
      warnOnce(directory, e);
      return Optional.empty();
    }
  }

  private void note(Path directory, Read now, Id wanted) {
    Id whose = now.left().actor();
    if (known.put(directory, new Known(now.files(), whose)) == null) {
      log.info("{} is the directory of a dead actor, {}", directory, whose);
    }
    if (whose.equals(wanted)) {
      read.put(directory, now);
      if (read.size() > KEPT_MAX) {
        read.remove(read.keySet().iterator().next()); // the one that was asked for longest ago
      }
    }
  }

  /** Once, not for every read that follows. */
  private void warnOnce(Path path, IOException e) {
    if (unreadable.add(path)) {
      log.warn("{} cannot be read: its actors count as ones that do not answer", path, e);
    }
  }

  /** Returns how many directories are kept in memory. */
  int kept() {
    return read.size();
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
