package dev.holdfast.bench;

import dev.holdfast.testkit.farm.Seen;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The truth of one request to the farm: moments of {@link System#nanoTime}, which all processes of
 * a Linux machine share. A moment that did not come is 0.
 *
 * @param number the number at the end of its path, or -1 if there is none
 * @param acceptedNanos when the connection was accepted
 * @param askedNanos when the request had been read
 * @param firstByteNanos when the first byte of the answer had been sent
 * @param endNanos when the site was done with it
 */
record WatchRequest(
    long number, long acceptedNanos, long askedNanos, long firstByteNanos, long endNanos) {
  /** The length of a record in the file. */
  static final int BYTES = 5 * Long.BYTES;

  private static final Pattern NUMBER = Pattern.compile("^\\S+ /\\w+/(\\d{1,12}) ");

  static WatchRequest of(Seen seen) {
    Matcher number = NUMBER.matcher(seen.head());
    return new WatchRequest(
        number.find() ? Long.parseLong(number.group(1)) : -1,
        seen.acceptedNanos(),
        seen.askedNanos(),
        seen.firstByteNanos(),
        seen.endNanos());
  }

  static WatchRequest read(ByteBuffer in) {
    return new WatchRequest(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  void write(ByteBuffer out) {
    out.putLong(number)
        .putLong(acceptedNanos)
        .putLong(askedNanos)
        .putLong(firstByteNanos)
        .putLong(endNanos);
  }

  /** Returns how long the site took to answer, in ms: from the request to the first byte. */
  double delayMs() {
    return (firstByteNanos - askedNanos) / 1e6;
  }

  boolean isAnswered() {
    return firstByteNanos != 0;
  }
}
