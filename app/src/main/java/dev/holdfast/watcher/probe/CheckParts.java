package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.guard.Guard;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The parts that all checks share.
 *
 * @param judges runs judgements, away from all threads that measure
 * @param files runs what reads files, away from all threads that must not wait. It rejects what is
 *     beyond its bound
 */
record CheckParts(
    Names names,
    Guard guard,
    SecretText.Source secrets,
    Wires wires,
    Deadlines deadlines,
    Judge judge,
    Judges judges,
    Executor files,
    LongSupplier nanos) {}
