package dev.holdfast.scoreboard;

import java.util.Optional;

/**
 * A line of the access log.
 *
 * @param second when the request ended, in seconds since 1970
 * @param method the method, or empty where there was none
 * @param name the name of the file as the client wrote it; or the whole path, if it is not the path
 *     of a file
 * @param status the HTTP status, 0 to 999
 * @param bytesSent bytes of the answer with its headers
 * @param durationMs from the first byte of the request to the last of the answer, in milliseconds
 * @param gaveUp the progress of the client, if it gave up
 * @param viaProxy whether the connection came from the address of Docker's proxy
 */
record LogEntry(
    long second,
    String method,
    String name,
    int status,
    long bytesSent,
    long durationMs,
    ServedBy servedBy,
    Optional<GaveUp> gaveUp,
    boolean viaProxy) {

  /** The end of a request: the class of its status, unless its client gave up. */
  enum Outcome {
    SUCCESS("2xx"),
    REDIRECTION("3xx"),
    CLIENT_ERROR("4xx"),
    SERVER_ERROR("5xx"),
    OTHER("other"),
    GAVE_UP("gave_up");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    /** Returns the word for it in the figures. */
    String word() {
      return word;
    }
  }

  Outcome outcome() {
    if (gaveUp.isPresent()) {
      return Outcome.GAVE_UP;
    }
    return switch (status / 100) {
      case 2 -> Outcome.SUCCESS;
      case 3 -> Outcome.REDIRECTION;
      case 4 -> Outcome.CLIENT_ERROR;
      case 5 -> Outcome.SERVER_ERROR;
      default -> Outcome.OTHER;
    };
  }

  /** Returns true if the answer was 2xx and reached its end. */
  boolean isSuccess() {
    return outcome() == Outcome.SUCCESS;
  }
}
