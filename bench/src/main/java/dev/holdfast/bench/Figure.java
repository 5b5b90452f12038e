package dev.holdfast.bench;

import java.util.Map;

/**
 * What one measurement came to.
 *
 * @param value in the unit of its row
 * @param details what else was seen, for the raw figures
 * @param sample of the answers, which were held against what they had to be
 */
record Figure(double value, Map<String, Object> details, Sample sample) {}
