/**
 * The benchmark: it measures Holdfast beside other programs for the place in front of file servers,
 * on one machine, in one run, over the same stand-ins and under the same load.
 *
 * <p>{@link dev.holdfast.bench.Bench} is the command. For every round it starts each {@link
 * dev.holdfast.bench.Candidate} anew, on cores that the load does not use. It measures {@link
 * dev.holdfast.bench.Rows}, compares bodies with the expected ones, and writes a table and the raw
 * figures. Everything runs as a process of its own, and nothing of {@code app} is imported.
 *
 * <p>{@link dev.holdfast.bench.CounterBench} measures the counters, and {@link
 * dev.holdfast.bench.WatchBench} the watcher, each beside other programs of its kind.
 *
 * <p>These always hold:
 *
 * <ul>
 *   <li>Everything that was started is stopped.
 *   <li>Every measurement is written down, welcome or not.
 * </ul>
 */
package dev.holdfast.bench;
