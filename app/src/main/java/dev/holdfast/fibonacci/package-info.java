/**
 * The Fibonacci service: one sequence, owned by one sidecar, that goes on where it was whatever
 * happens to the process.
 *
 * <p>What always holds here: a number is handed out once, and only after the position that it
 * brings is forced to the disk; what readers see is forced, too; a position file that is damaged is
 * never passed over in silence.
 *
 * <p>May import {@code service}, {@code names}, {@code http}, {@code disk}, {@code bounds} and
 * {@code metrics}.
 */
package dev.holdfast.fibonacci;
