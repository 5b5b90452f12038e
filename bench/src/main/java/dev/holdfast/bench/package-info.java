/**
 * The benchmark: Holdfast beside what one would otherwise put in front of file servers, on one
 * machine, in one run, over the same stand-ins and under the same load.
 *
 * <p>{@link dev.holdfast.bench.Bench} is the command. It starts each {@link
 * dev.holdfast.bench.Candidate} anew for every round, on cores that the load does not use, measures
 * {@link dev.holdfast.bench.Rows}, holds bodies against what they have to be, and writes a table
 * and the raw figures. Everything is started as a process of its own; nothing of {@code app} is
 * imported. What always holds: what was started is stopped, and what was measured is written down,
 * whether it suits or not.
 */
package dev.holdfast.bench;
