package dev.holdfast.testkit.farm;

/**
 * The truth of one request: moments of {@link System#nanoTime}, 0 for one that did not come.
 *
 * @param site the site
 * @param head the head of the request
 * @param body the body of the request, one character for each byte
 * @param acceptedNanos when the connection was accepted
 * @param securedNanos when the handshake was over
 * @param askedNanos when the request had been read
 * @param firstByteNanos when the first byte of the answer had been sent
 * @param endNanos when the script was over
 * @param sentBytes how many bytes were sent
 * @param isResumed true if the handshake took an earlier session up again
 */
public record Seen(
    String site,
    String head,
    String body,
    long acceptedNanos,
    long securedNanos,
    long askedNanos,
    long firstByteNanos,
    long endNanos,
    long sentBytes,
    boolean isResumed) {

  /** Returns true if the request has a field, such as {@code authorization:}. */
  public boolean hasField(String lowerCaseName) {
    return head.toLowerCase(java.util.Locale.ROOT).contains("\r\n" + lowerCaseName + ":");
  }
}
