/**
 * The seam between services and the processes that run them: what a service is, what it gets, how
 * one runs alone, and how a start fails.
 *
 * <p>What always holds here: no service is known by name; a service that does not start leaves
 * nothing running.
 *
 * <p>May import {@code http}, {@code bounds}, {@code metrics} and {@code names}.
 */
package dev.holdfast.service;
