/**
 * A sidecar: its services, wired, in front of one origin.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A sidecar is ready only when no write of a name that has changed hands is pending or kept,
 *       here or with another sidecar.
 *   <li>One process has a staging store.
 * </ul>
 *
 * <p>May import the packages of the services and those that the services import.
 */
package dev.holdfast.sidecar;
