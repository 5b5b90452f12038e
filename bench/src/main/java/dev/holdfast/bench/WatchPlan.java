package dev.holdfast.bench;

import java.nio.file.Path;

/**
 * The extent of a run with the watcher.
 *
 * @param project the root of the repository
 * @param children all processes of the run
 * @param cores those of the watcher and its peers, and those of everything else
 * @param jvm the options of the watcher's JVM
 * @param warmUpSeconds how long a load runs before it counts
 * @param seconds how long a load counts
 * @param downSeconds how long the database is down
 * @param soakMinutes how long the row {@code soak} counts
 */
record WatchPlan(
    Path project,
    Children children,
    Cores cores,
    String jvm,
    double warmUpSeconds,
    double seconds,
    double downSeconds,
    double soakMinutes) {}
