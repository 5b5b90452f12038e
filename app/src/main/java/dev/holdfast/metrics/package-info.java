/**
 * The parts that all meters share, and the text that Prometheus reads. Each package has a class of
 * its own with its meters and their names.
 *
 * <p>Imports Micrometer, nothing of the project.
 */
package dev.holdfast.metrics;
