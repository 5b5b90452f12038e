package dev.holdfast.counters;

/**
 * About how much one message, or one record, has of a long row of changes.
 *
 * @param partBytes the length of a part, in bytes, 1 or more; a part has one change in any case
 * @param pushBytes how much a push brings, in bytes, 1 or more; who lacks more asks for it
 * @param pullBytes how much is brought to who asks for it, in bytes, 1 or more; so long is an
 *     answer to a read, too
 */
public record Sizes(int partBytes, int pushBytes, int pullBytes) {
  static final Sizes DEFAULT = new Sizes(32 * 1024, 64 * 1024, 512 * 1024);
}
