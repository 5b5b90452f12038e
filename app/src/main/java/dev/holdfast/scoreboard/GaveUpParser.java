package dev.holdfast.scoreboard;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the field {@code gave_up} of the access log. nginx's configuration fills it when {@code
 * $request_completion} is empty: nginx did not hand over the whole answer.
 */
final class GaveUpParser {
  /** nginx's own status for a client that closed its connection; HTTP has none. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private static final int BAD_REQUEST = 400;
  private static final int REQUEST_TIMEOUT = 408;

  private static final Pattern FIELD =
      Pattern.compile(
          "request_length=(\\d{1,15}) content_length=(\\d{0,15}) answer_length=(\\d{0,15})");

  private GaveUpParser() {}

  /**
   * Returns the progress of the client, or empty if it did not give up or the server failed it.
   *
   * @param field null if the line has none: a log of a Holdfast that did not write it yet
   */
  static Optional<GaveUp> parse(String field, int status, long bytesSent) {
    if (status / 100 == 5) {
      return Optional.empty(); // a failure of the server counts as one, even if its client has gone
    }
    if (status == 0) {
      return Optional.empty(); // nginx cut the answer, because it was told to stop
    }
    if (field == null) {
      return withoutField(status, bytesSent);
    }
    if (field.isEmpty()) {
      return Optional.empty();
    }
    Matcher lengths = FIELD.matcher(field);
    return Optional.of(
        lengths.matches()
            ? of(status, bytesSent, number(lengths, 1), number(lengths, 2), number(lengths, 3))
            : of(status, bytesSent, 0, 0, 0));
  }

  /** Reads a line of an older format, which does not say if the answer broke off. */
  private static Optional<GaveUp> withoutField(int status, long bytesSent) {
    boolean unanswered = bytesSent == 0 && isCutShort(status);
    return status == CLIENT_CLOSED_REQUEST || unanswered
        ? Optional.of(of(status, bytesSent, 0, 0, 0))
        : Optional.empty();
  }

  private static GaveUp of(
      int status, long bytesSent, long requestLength, long contentLength, long answerLength) {
    if (bytesSent > 0) {
      return new GaveUp(GaveUp.Stage.RECEIVING, bytesSent, answerLength);
    }
    return isCutShort(status) || requestLength < contentLength
        ? new GaveUp(GaveUp.Stage.SENDING, requestLength, contentLength)
        : new GaveUp(GaveUp.Stage.WAITING, 0, 0);
  }

  /** Returns true if nginx gives this status to a request that did not come whole. */
  private static boolean isCutShort(int status) {
    return status == BAD_REQUEST || status == REQUEST_TIMEOUT;
  }

  private static long number(Matcher lengths, int group) {
    String digits = lengths.group(group);
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }
}
