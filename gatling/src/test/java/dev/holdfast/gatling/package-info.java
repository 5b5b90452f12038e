/**
 * Load on a running front, over HTTP alone: nothing of {@code app} is imported, so that a
 * simulation can be run against any server with the same API.
 */
package dev.holdfast.gatling;
