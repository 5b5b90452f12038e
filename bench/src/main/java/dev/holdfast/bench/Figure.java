package dev.holdfast.bench;

import java.util.Map;

/**
 * The result of one measurement.
 *
 * @param value the value, in the unit of its row
 * @param details further observations, for the raw figures
 * @param sample the answers that were checked
 */
record Figure(double value, Map<String, Object> details, Sample sample) {}
