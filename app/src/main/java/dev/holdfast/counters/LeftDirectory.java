package dev.holdfast.counters;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LogConfig;
import dev.holdfast.disk.RecordLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   * @throws dev.holdfast.disk.DamagedLogException if a file is damaged, also where a start would
   *     set it aside: what is missing might be an acknowledged increment
   * @throws IOException if it cannot be read, or is no actor's
   */
  public static LeftDirectory read(Disk disk, Path directory) throws IOException {
    var serial = new Serial();
    var ledger = new Ledger(Sizes.DEFAULT);
    var keys = new Keys(0, 0, new NoClock());
    var guarded = new Guarded(() -> {}); // nobody is told anything
    var own = new OwnState(serial, new Random(0), ledger, keys, new NoListener(), guarded);
    var others = new OthersState(serial, ledger, own::living, guarded);
    LogConfig ownLog = ActorConfig.DEFAULT.ownLog();
    LogConfig othersLog = ActorConfig.DEFAULT.othersLog();
    try {
      records(disk, directory.resolve(Actor.OWN_LOG), ownLog).forEach(own::replay);
      records(disk, directory.resolve(Actor.OTHERS_LOG), othersLog).forEach(others::replay);
    } catch (MalformedException e) {
      throw new IOException("a log in " + directory + " cannot be read: " + e.getMessage(), e);
    }
    if (own.actor().equals(Id.NONE)) {
      throw new IOException(directory + " is not the directory of an actor");
    }
    return new LeftDirectory(own.actor(), own.configuration(), ledger);
  }

  /** Returns the directories of the logs in the directory of an actor. */
  public static List<Path> logs(Path directory) {
    return List.of(directory.resolve(Actor.OWN_LOG), directory.resolve(Actor.OTHERS_LOG));
  }

  private static List<byte[]> records(Disk disk, Path log, LogConfig config) throws IOException {
    if (!disk.isDirectory(log)) {
      return List.of(); // the process was killed in its first start
    }
    var names = new ArrayList<String>();
    disk.list(log, names::add);
    for (String name : names) {
      disk.force(log.resolve(name));
    }
    disk.forceDirectory(log);
    return RecordLog.look(disk, log, config);
  }

  /** Returns the identity of the directory. */
  public Id actor() {
    return actor;
  }

  /**
   * Returns what is left of a counter. Its shares are not marked as forced: a force that failed
   * before may have lost them without a further word, so whoever shows them forces them as its own.
   */
  public DeadActors.Left left(CounterName name) {
    List<SlotShare> shares =
        ledger.told(name).stream()
            .map(s -> new SlotShare(s.slot(), s.actor(), s.value(), s.sequence(), false))
            .toList();
    return new DeadActors.Left(configuration, shares);
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
