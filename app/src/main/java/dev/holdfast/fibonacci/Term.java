package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A number of the sequence and the answers that show it, each printed once however many ask.
 *
 * <p>Threading: may be used from any number of threads. Two that ask for an answer first may both
 * print it; the bytes are the same, and an array is complete before anyone else sees it.
 */
final class Term {
  private final Decimal value;
  private volatile byte[] next;
  private volatile byte[] current;
  private volatile byte[] previous;

  Term(Decimal value) {
    this.value = value;
  }

  Decimal value() {
    return value;
  }

  /** {@code {"next": N}}; the bytes are shared and must not be changed. */
  byte[] next() {
    if (next == null) {
      next = print("next");
    }
    return next;
  }

  /** {@code {"current": N}}; the bytes are shared and must not be changed. */
  byte[] current() {
    if (current == null) {
      current = print("current");
    }
    return current;
  }

  /** {@code {"previous": N}}; the bytes are shared and must not be changed. */
  byte[] previous() {
    if (previous == null) {
      previous = print("previous");
    }
    return previous;
  }

  private byte[] print(String word) {
    byte[] head = ("{\"" + word + "\": ").getBytes(US_ASCII);
    var body = new byte[head.length + value.length() + 1];
    System.arraycopy(head, 0, body, 0, head.length);
    value.print(body, head.length);
    body[body.length - 1] = '}';
    return body;
  }
}
