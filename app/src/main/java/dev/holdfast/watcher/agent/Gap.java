package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.Reason;

/**
 * A silence that is too long for a result of each slot. It stands for all slots of all endpoints
 * that are due after {@code fromMs}, and at {@code toMs} or before it.
 *
 * @param fromMs in ms since the epoch
 * @param toMs in ms since the epoch
 * @param slots how many slots it stands for
 * @param reason why
 */
public record Gap(long fromMs, long toMs, long slots, Reason reason) {}
