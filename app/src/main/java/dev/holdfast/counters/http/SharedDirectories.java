package dev.holdfast.counters.http;

import dev.holdfast.counters.CounterName;
import dev.holdfast.counters.DeadActors;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.LeftDirectory;
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
 * <p>A directory is read under its lock each time. Every start writes new files, so files with the
 * same names, sizes and times as before are not read again.
 *
 * <p>Threading: may be used from any number of threads. One reads at a time.
 */
final class SharedDirectories implements DeadActors, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedDirectories.class);

  private final ActorDirectories directories;
  private final Path own;
  private final Disk disk;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("counters-dead").daemon().factory());
  private final Map<Path, Read> read = new HashMap<>(); // used by the reader alone
  private final Set<Path> unreadable = new HashSet<>(); // used by the reader alone

  /** A directory that was read, and what its files were then. */
  private record Read(String files, LeftDirectory left) {}

  /**
   * @param own the directory of this process, which it must not open again
   */
  SharedDirectories(ActorDirectories directories, Path own, Disk disk) {
    this.directories = directories;
    this.own = own;
    this.disk = disk;
  }

  @Override
  public void read(Id actor, CounterName name, Consumer<Optional<Left>> then) {
    try {
      reader.execute(() -> then.accept(read(actor).map(left -> left.left(name))));
    } catch (RejectedExecutionException closed) {
      log.debug("left out: the actor has ended", closed);
    }
  }

  /** A copy may have counted as well. So an actor with two directories is not read. */
  private Optional<LeftDirectory> read(Id actor) {
    var found = new ArrayList<LeftDirectory>();
    try {
      for (Path directory : directories.allBut(own)) {
        read(directory).filter(left -> left.actor().equals(actor)).ifPresent(found::add);
      }
    } catch (IOException | RuntimeException e) {
      log.warn("the directories of other actors cannot be read", e);
      return Optional.empty();
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private Optional<LeftDirectory> read(Path directory) {
    try (DirectoryLock lock = DirectoryLock.shared(directory).orElse(null)) {
      if (lock == null) {
        read.remove(directory);
        return Optional.empty(); // somebody has it, or is just starting
      }
      String files = files(directory);
      Read before = read.get(directory);
      if (before == null || !before.files().equals(files)) {
        before = new Read(files, LeftDirectory.read(disk, directory));
        read.put(directory, before);
        log.info("{} is the directory of a dead actor, {}", directory, before.left().actor());
      }
      return Optional.of(before.left());
    } catch (IOException e) {
      if (unreadable.add(directory)) { // once, not for every read that follows
        log.warn("{} cannot be read: its actor counts as one that does not answer", directory, e);
      }
      return Optional.empty();
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
