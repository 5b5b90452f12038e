package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A number of the sequence with its answers. Each answer is printed once for all requests.
 *
 * <p>Threading: may be used from any number of threads. Two threads may both print an answer at
 * first. The bytes are the same, and an array is complete before another thread sees it.
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

  /** Returns {@code {"next": N}}. Do not change the bytes, which are shared. */
  byte[] next() {
    if (next == null) {
      next = print("next");
    }
    return next;
  }

  /** Returns {@code {"current": N}}. Do not change the bytes, which are shared. */
  byte[] current() {
    if (current == null) {
      current = print("current");
    }
    return current;
  }

  /** Returns {@code {"previous": N}}. Do not change the bytes, which are shared. */
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
