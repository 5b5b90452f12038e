package dev.holdfast.counters.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one answer of HTTP/1.1, as actors give it: a status line, headers and a body of announced
 * length (RFC 9112). It has memory for what has come and little more.
 *
 * <p>Threading: for one thread at a time.
 */
final class ReplyReader {
  /** The longest head that is read, in bytes. */
  private static final int HEAD_BYTES_MAX = 16 * 1024;

  private static final int MEMORY_MIN = 512;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([2-5][0-9][0-9])(?: .*)?");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
  private static final String LINE_END = "\r\n";

  private final int bodyBytesMax;
  private byte[] head = new byte[MEMORY_MIN];
  private int headSize;
  private byte[] body; // null until the head is whole
  private int bodySize;
  private int length = -1;
  private int status;
  private boolean isLast;

  /**
   * @param bodyBytesMax the longest body that is taken, in bytes
   */
  ReplyReader(int bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /**
   * Takes bytes that have come.
   *
   * @return true if the answer is whole; there are no bytes behind it then
   * @throws IOException if it is no answer that an actor gives, or too long
   */
  boolean take(ByteBuffer bytes) throws IOException {
    while (body == null && bytes.hasRemaining()) {
      takeOfHead(bytes.get());
    }
    if (body == null) {
      return false;
    }
    int count = Math.min(bytes.remaining(), length - bodySize);
    if (bodySize + count > body.length) {
      body = Arrays.copyOf(body, Math.min(length, Math.max(2 * body.length, bodySize + count)));
    }
    bytes.get(body, bodySize, count);
    bodySize += count;
    if (bytes.hasRemaining()) {
      throw new IOException("there is more than was announced");
    }
    return bodySize == length;
  }

  /** Returns the status of an answer that is whole. */
  int status() {
    return status;
  }

  /** Returns the body of an answer that is whole. */
  byte[] body() {
    return body.length == length ? body : Arrays.copyOf(body, length);
  }

  /** Returns true if the other side closes the connection after an answer that is whole. */
  boolean isLast() {
    return isLast;
  }

  private void takeOfHead(byte next) throws IOException {
    if (headSize == HEAD_BYTES_MAX) {
      throw new IOException("the head is longer than " + HEAD_BYTES_MAX + " bytes");
    }
    if (headSize == head.length) {
      head = Arrays.copyOf(head, 2 * headSize);
    }
    head[headSize++] = next;
    if (next == '\n'
        && headSize >= 4
        && head[headSize - 2] == '\r'
        && head[headSize - 3] == '\n'
        && head[headSize - 4] == '\r') {
      parse(new String(head, 0, headSize, StandardCharsets.ISO_8859_1).split(LINE_END, -1));
    }
  }

  private void parse(String[] lines) throws IOException {
    Matcher first = STATUS.matcher(lines[0]);
    if (!first.matches()) {
      throw new IOException("no status line: " + lines[0]);
    }
    status = Integer.parseInt(first.group(1));
    for (int i = 1; i < lines.length - 2; i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 1) {
        throw new IOException("no header: " + lines[i]);
      }
      header(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    if (length < 0) {
      throw new IOException("an answer without a length");
    }
    body = new byte[Math.min(length, MEMORY_MIN)];
  }

  private void header(String name, String value) throws IOException {
    switch (name) {
      case "content-length" -> {
        if (length >= 0 || !LENGTH.matcher(value).matches()) {
          throw new IOException("no length: " + value);
        }
        length = Integer.parseInt(value);
        if (length > bodyBytesMax) {
          throw new IOException("a body of " + length + " bytes, more than " + bodyBytesMax);
        }
      }
      case "transfer-encoding" -> throw new IOException("an answer in a transfer coding");
      case "connection" -> isLast = value.equalsIgnoreCase("close");
      default -> {} // means nothing here
    }
  }
}
