package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The ground that the rows of the watcher share: the farm, the database, and what is known so far.
 *
 * @param directory the directory of everything that is written
 * @param programs the figures by which programs are compared
 */
record WatchGround(
    WatchPlan plan,
    WatchSites sites,
    WatchDatabase database,
    Path directory,
    WatchComparison programs) {

  /** Returns an agent that does not run yet, with a database of its own. */
  WatchAgent agent(String name) throws IOException {
    return new WatchAgent(plan, database, sites, name, directory(name));
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }
}
