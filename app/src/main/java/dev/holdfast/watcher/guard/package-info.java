/**
 * The guard: which addresses a check may connect to.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>An address is judged as it is resolved, at each hop, and not by its name.
 *   <li>An IPv6 address that stands for an IPv4 address is judged as both.
 *   <li>The address of a metadata service is reached only if it is named exactly.
 *   <li>Nothing here resolves a name: an address is parsed as a literal.
 * </ul>
 *
 * <p>May import {@code watcher}.
 */
package dev.holdfast.watcher.guard;
