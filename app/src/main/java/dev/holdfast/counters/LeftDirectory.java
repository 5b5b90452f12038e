package dev.holdfast.counters;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.RecordLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The directory of an actor as it was left: who it was, its configuration, and all shares that it
 * knew.
 *
 * <p>Threading: does not change.
 */
public final class LeftDirectory {
  private final Id actor;
  private final Configuration configuration;
  private final Ledger ledger;

  /** Says whether a process waits for a directory that is being read. */
  @FunctionalInterface
  public interface Gate {
    boolean isWanted() throws IOException;
  }

  /** The records of the logs of a directory. */
  public static final class Records {
    private final Path directory;
    private final List<byte[]> own;
    private final List<byte[]> others;

    private Records(Path directory, List<byte[]> own, List<byte[]> others) {
      this.directory = directory;
      this.own = own;
      this.others = others;
    }

    /**
     * Returns what they say. Nobody needs the directory any more.
     *
     * @throws IOException if they are not those of an actor
     */
    public LeftDirectory replay() throws IOException {
      return LeftDirectory.replay(this);
    }
  }

  private LeftDirectory(Id actor, Configuration configuration, Ledger ledger) {
    this.actor = actor;
    this.configuration = configuration;
    this.ledger = ledger;
  }

  /**
   * Reads a directory, and changes nothing in it. Forces it before. No process may have it
   * meanwhile.
   *
   * @param directory the one of {@link Actor.World}
   * @param gate is asked before each step that may take long
   * @return empty if a process waits for the directory
   * @throws dev.holdfast.disk.DamagedLogException if a file is damaged, also where a start would
   *     set it aside: what is missing might be an acknowledged increment
   * @throws IOException if it cannot be read
   */
  public static Optional<Records> read(Disk disk, Path directory, Gate gate) throws IOException {
    Optional<List<byte[]>> own =
        records(disk, directory.resolve(Actor.OWN_LOG), ActorConfig.DEFAULT.ownLog(), gate);
    Optional<List<byte[]>> others =
        own.isEmpty()
            ? own
            : records(
                disk, directory.resolve(Actor.OTHERS_LOG), ActorConfig.DEFAULT.othersLog(), gate);
    return others.map(records -> new Records(directory, own.orElseThrow(), records));
  }

  /** Does the same with the log of the own shares alone, which says whose the directory is. */
  public static Optional<Records> readOwn(Disk disk, Path directory, Gate gate) throws IOException {
    return records(disk, directory.resolve(Actor.OWN_LOG), ActorConfig.DEFAULT.ownLog(), gate)
        .map(own -> new Records(directory, own, List.of()));
  }

  private static LeftDirectory replay(Records records) throws IOException {
    var serial = new Serial();
    var ledger = new Ledger(Sizes.DEFAULT);
    var keys = new Keys(0, 0, new NoClock());
    var guarded = new Guarded(() -> {}); // nobody is told anything
    var own = new OwnState(serial, new Random(0), ledger, keys, new NoListener(), guarded);
    var others = new OthersState(serial, ledger, own::living, guarded);
    try {
      records.own.forEach(own::replay);
      records.others.forEach(others::replay);
    } catch (MalformedException e) {
      throw new IOException(
          "a log in " + records.directory + " cannot be read: " + e.getMessage(), e);
    }
    if (own.actor().equals(Id.NONE)) {
      throw new IOException(records.directory + " is not the directory of an actor");
    }
    return new LeftDirectory(own.actor(), own.configuration(), ledger);
  }

  /** Returns the directories of the logs in the directory of an actor. */
  public static List<Path> logs(Path directory) {
    return List.of(directory.resolve(Actor.OWN_LOG), directory.resolve(Actor.OTHERS_LOG));
  }

  private static Optional<List<byte[]>> records(Disk disk, Path log, LogConfig config, Gate gate)
      throws IOException {
    if (!disk.isDirectory(log)) {
      return Optional.of(List.of()); // the process was killed in its first start
    }
    var names = new ArrayList<String>();
    disk.list(log, names::add);
    for (String name : names) {
      if (gate.isWanted()) {
        return Optional.empty();
      }
      disk.force(log.resolve(name));
    }
    disk.forceDirectory(log);
    return gate.isWanted() ? Optional.empty() : Optional.of(RecordLog.look(disk, log, config));
  }

  /** Returns the identity of the directory. */
  public Id actor() {
    return actor;
  }

  /** Returns the configuration that was in force there. */
  public Configuration configuration() {
    return configuration;
  }

  /**
   * Returns all shares that were known there. Whoever shows one forces it as its own: a force there
   * that failed before may have lost it without a further word.
   */
  Ledger ledger() {
    return ledger;
  }

  /** Keys of requests are not looked at here. */
  private static final class NoClock implements Clock {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Later after(long delayMs, Runnable task) {
      throw new UnsupportedOperationException("nothing is done later here");
    }
  }

  private static final class NoListener implements OwnState.Listener {
    @Override
    public void counted() {}

    @Override
    public void configured() {}
  }
}
