package dev.holdfast.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * The extent of a run with counters.
 *
 * @param project the root of the repository
 * @param children all processes of the run
 * @param jvm the options of every JVM that counts
 * @param seconds how long a load counts
 * @param loadWarmUp how many seconds the rows that take all of the CPU have their load before it
 *     counts
 */
record CounterPlan(
    Path project,
    Children children,
    Cores cores,
    List<String> jvm,
    double seconds,
    double loadWarmUp) {}
