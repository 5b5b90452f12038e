/**
 * The seam between services and the processes that run them. It has the interfaces of a service,
 * the parts that a service gets, the process of a single service, and the failures of a start.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>No service is known by name.
 *   <li>A service that does not start leaves nothing running.
 * </ul>
 *
 * <p>May import {@code http}, {@code bounds}, {@code metrics} and {@code names}.
 */
package dev.holdfast.service;
