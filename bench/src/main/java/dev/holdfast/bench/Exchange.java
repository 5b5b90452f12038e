package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request and what has come of its answer. An answer needs a {@code Content-Length}, or ends with
 * its connection (RFC 9112, section 6.3); one in chunks is a failure.
 */
final class Exchange {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[ \r]");
  private static final Pattern LENGTH =
      Pattern.compile("(?i)\r\ncontent-length:[ \t]*(\\d{1,9})[ \t]*\r\n");
  private static final Pattern CLOSE = Pattern.compile("(?i)\r\nconnection:[ \t]*close[ \t]*\r\n");
  private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding:");
  private static final int BYTES_AT_FIRST = 2048;

  final ByteBuffer request;
  final long deadlineNanos;
  private final Consumer<Answer> end;
  private byte[] bytes = new byte[BYTES_AT_FIRST];
  private int count;
  private int headerBytes = -1;
  private int status;
  private int length = -1;
  private boolean closing;
  private boolean ended;

  /**
   * The end of a request.
   *
   * @param status of the whole answer, or 0 if there was none
   * @param failure why there was none
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody changes it, and nobody compares answers
  record Answer(int status, byte[] body, String failure) {}

  /** Takes a whole request. {@code end} is called once. */
  Exchange(ByteBuffer request, long deadlineNanos, Consumer<Answer> end) {
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.end = end;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Returns true if the connection may have another request after this answer. */
  boolean leavesConnection() {
    return length >= 0 && !closing && count == headerBytes + length;
  }

  /** Takes more of the answer. Returns the whole answer once it is there. */
  Optional<Answer> take(ByteBuffer more) {
    if (count + more.remaining() > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, count + more.remaining()));
    }
    int added = more.remaining();
    more.get(bytes, count, added);
    int from = Math.max(0, count - 3);
    count += added;
    if (headerBytes < 0) {
      parse(from);
    }
    return length >= 0 && count >= headerBytes + length ? Optional.of(whole()) : Optional.empty();
  }

  /** Takes the end of the connection. */
  Answer takeEnd() {
    if (headerBytes < 0) {
      return new Answer(0, new byte[0], "the connection ended before an answer");
    }
    if (length >= 0) {
      return new Answer(0, new byte[0], "the connection ended within an answer");
    }
    length = count - headerBytes;
    closing = true;
    return whole();
  }

  /** Ends it, for its sender. */
  void end(Answer answer) {
    if (!ended) {
      ended = true;
      end.accept(answer);
    }
  }

  private Answer whole() {
    return status < 200
        ? new Answer(0, new byte[0], "no answer in HTTP/1.1 with a length")
        : new Answer(status, Arrays.copyOfRange(bytes, headerBytes, headerBytes + length), "");
  }

  private void parse(int from) {
    for (int i = from; i + 3 < count; i++) {
      if (bytes[i] == '\r'
          && bytes[i + 1] == '\n'
          && bytes[i + 2] == '\r'
          && bytes[i + 3] == '\n') {
        headerBytes = i + 4;
        read(new String(bytes, 0, headerBytes, ISO_8859_1));
        return;
      }
    }
  }

  private void read(String header) {
    Matcher first = STATUS.matcher(header);
    status = first.lookingAt() ? Integer.parseInt(first.group(1)) : 0;
    if (CHUNKED.matcher(header).find()) {
      status = 0;
    }
    closing = CLOSE.matcher(header).find();
    Matcher given = LENGTH.matcher(header);
    if (status == 204) {
      length = 0;
    } else if (given.find()) {
      length = Integer.parseInt(given.group(1));
    }
  }
}
