package dev.holdfast.files;

/**
 * How it is known that the origin has a write, which decides what proves later that its disk has
 * it.
 *
 * @param sentNanos when the confirmed request was sent, or before, on the clock of {@link
 *     System#nanoTime()}
 * @param quietNanos from when on no request for the name that ended without an answer can act any
 *     more, on the same clock
 * @param doubted true if there was such a request: then only a comparison proves anything
 */
record Evidence(long sentNanos, long quietNanos, boolean doubted) {}
