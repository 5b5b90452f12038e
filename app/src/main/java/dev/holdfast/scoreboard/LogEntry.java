package dev.holdfast.scoreboard;

/**
 * A line of the access log.
 *
 * @param second when the request ended, in seconds since 1970
 * @param method the method, or empty where there was none
 * @param name what was asked for: the name of the file as the client wrote it, or the whole path of
 *     what is no file
 * @param status the HTTP status, 0 to 999
 * @param bytesSent bytes of the answer with its headers
 * @param durationMs from the first byte of the request to the last of the answer, in milliseconds
 */
record LogEntry(
    long second,
    String method,
    String name,
    int status,
    long bytesSent,
    long durationMs,
    ServedBy servedBy) {

  boolean isSuccess() {
    return status / 100 == 2;
  }
}
