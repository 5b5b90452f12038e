/**
 * The Fibonacci service: one sequence, owned by one sidecar. It goes on where it was, whatever
 * happens to the process.
 *
 * <p>These always hold here:
 *
 * <ul>
 *   <li>A number is handed out once, and only after its position is forced to the disk.
 *   <li>Readers see forced positions only.
 *   <li>A damaged position file is never passed over in silence.
 * </ul>
 *
 * <p>May import {@code service}, {@code names}, {@code http}, {@code disk}, {@code bounds} and
 * {@code metrics}.
 */
package dev.holdfast.fibonacci;
