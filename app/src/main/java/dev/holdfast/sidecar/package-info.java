/**
 * A sidecar: its services, wired, in front of one origin.
 *
 * <p>What always holds here: a sidecar is ready only when no write of a name that has changed hands
 * is pending or kept, here or with another sidecar; one process has a staging store.
 *
 * <p>May import the packages of the services and what they are made of.
 */
package dev.holdfast.sidecar;
