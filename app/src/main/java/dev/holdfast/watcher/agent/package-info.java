/**
 * The scheduler of the watcher: it turns slots into checks. It opens no connection, knows no
 * database, and has no thread: a service runs its {@link dev.holdfast.watcher.agent.AgentLoop}.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>Each slot of an endpoint comes to one result, of whatever outcome, or lies in one {@link
 *       dev.holdfast.watcher.agent.Gap}. It never comes to two.
 *   <li>Two checks of an endpoint never overlap, and no more checks run than {@link
 *       dev.holdfast.watcher.agent.AgentConfig#inFlightMax} says.
 *   <li>No check starts before it is due. Due times follow the wall clock; waits and bounds follow
 *       the monotonic clock.
 *   <li>A check that ran while the agent stood still says nothing about its site: its outcome is
 *       {@code AGENT}.
 * </ul>
 *
 * <p>May import {@code watcher}, {@code watcher.thread}, {@code bounds}.
 */
package dev.holdfast.watcher.agent;
