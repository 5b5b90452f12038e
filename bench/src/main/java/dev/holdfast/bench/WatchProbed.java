package dev.holdfast.bench;

/**
 * The finding of a peer about one check.
 *
 * @param number the number of its request
 * @param millis how long the whole check took, as the peer says
 * @param isUp true if the peer found the site up
 */
record WatchProbed(long number, double millis, boolean isUp) {}
