package dev.holdfast.counters;

import java.util.List;
import java.util.function.Consumer;

/**
 * A request to force shares of others.
 *
 * @param then hears, once and under the actor's lock, whether they are forced
 */
record Persist(List<Range> ranges, Consumer<Boolean> then) {}
