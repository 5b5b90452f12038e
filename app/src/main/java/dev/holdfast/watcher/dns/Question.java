package dev.holdfast.watcher.dns;

/**
 * The question to a server.
 *
 * @param name in lower case, without a dot at its end
 * @param type {@code Type.A} or {@code Type.AAAA} of dnsjava
 */
record Question(String name, int type) {}
