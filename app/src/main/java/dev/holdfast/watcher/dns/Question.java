package dev.holdfast.watcher.dns;

/**
 * What a server is asked.
 *
 * @param name in lower case, without a dot at its end
 * @param type {@code Type.A} or {@code Type.AAAA} of dnsjava
 */
record Question(String name, int type) {}
