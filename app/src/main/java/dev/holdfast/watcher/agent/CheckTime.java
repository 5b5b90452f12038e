package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.Kind;

/**
 * When a check is due, and why it is made.
 *
 * @param dueMs in ms since the epoch
 * @param kind why it is made
 */
public record CheckTime(long dueMs, Kind kind) {}
