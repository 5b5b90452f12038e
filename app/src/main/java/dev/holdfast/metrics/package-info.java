/**
 * The meters of Holdfast and their names. A part that counts takes its meters from here, so that
 * every name exists once.
 *
 * <p>Imports Micrometer, nothing of the project.
 */
package dev.holdfast.metrics;
