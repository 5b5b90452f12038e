/**
 * A farm of test sites with faults, and a DNS server, for programs that check sites. It logs the
 * truth of every request: when it came, and when each part of its answer was sent.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>It imports nothing of the product.
 *   <li>It writes its bytes itself, so that a fault is the one that was asked for.
 *   <li>Waits end when the farm is closed.
 * </ul>
 */
package dev.holdfast.testkit.farm;
