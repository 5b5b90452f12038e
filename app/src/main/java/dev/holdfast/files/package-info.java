/**
 * The file service: reads, puts and deletes of names, in front of one origin. It knows nothing of
 * HTTP, which is in {@code files.http}.
 *
 * <p>What always holds here: a name that the ring gives to another sidecar is refused; a read shows
 * the last acknowledged write, or what the origin returned when no write was pending; only a 404 of
 * the origin or a deletion makes a name absent; whatever is pending is brought to the origin until
 * it confirms it.
 *
 * <p>Others hold a {@link dev.holdfast.files.FileService} and nothing behind it. {@code FileParts}
 * wires its parts: {@code Reads}, {@code ClientWrites} before {@code Writes}, {@code Settling}, the
 * {@code StatusReport}, and {@code BackgroundWork}, which starts and ends all that runs without a
 * request.
 *
 * <p>Order of what is taken: the turn of a file at the origin, then the lock of its name in the
 * staging store. Nothing waits for a turn while it holds a name's lock.
 *
 * <p>May import {@code names}, {@code origin}, {@code staging}, {@code bounds} and {@code metrics}.
 */
package dev.holdfast.files;
