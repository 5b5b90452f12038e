/**
 * Replicated counters: every actor counts alone, and a consistent read asks all of them.
 *
 * <p>These always hold:
 *
 * <ul>
 *   <li>A slot belongs to one life of one process, and only that process counts in it. A sequence
 *       number of a slot stands for one change, for good.
 *   <li>Nobody sees a share before it is forced: no client, no peer and no read.
 *   <li>Shares are absolute and only grow; whatever comes twice or late changes nothing.
 *   <li>Every exchange between actors happens under one configuration, which both know and have
 *       forced.
 * </ul>
 *
 * <p>An {@code Actor} and its parts change their state under one lock, {@code Serial}. Clock,
 * network and disk are interfaces, so that a test runs the same code on a simulated world.
 *
 * <p>May import {@code names} and {@code disk}.
 */
package dev.holdfast.counters;
