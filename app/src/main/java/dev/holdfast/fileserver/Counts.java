package dev.holdfast.fileserver;

import java.util.Map;

/**
 * A snapshot of the requests and connections that a file server has seen since it started. It
 * leaves out the requests for {@code /stand-in/counts}, and counts their connections.
 *
 * @param requests all requests, by method: GET, PUT, DELETE and "other"; a method that never came
 *     is missing
 * @param refused requests that were answered 429
 * @param inProgress requests that are in progress now; a request whose client gave up stays in
 *     progress until the server has ended it
 * @param inProgressMax the most requests that were in progress at once, refused ones included
 * @param aboveTen requests that came in while ten or more were in progress: more than the rules
 *     allow
 * @param overlaps requests that came in while another one for the same name was in progress, even
 *     one whose client gave up: that is enough to hang the real server
 * @param chunkedUploads PUTs without a length: each of them removes the file
 * @param connectionsMax the most connections that were open at once
 */
public record Counts(
    Map<String, Long> requests,
    long refused,
    int inProgress,
    int inProgressMax,
    long aboveTen,
    long overlaps,
    long chunkedUploads,
    int connectionsMax) {

  public Counts {
    requests = Map.copyOf(requests);
  }

  /** Returns the number of all requests, of any method. */
  public long requestsTotal() {
    return requests.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns how often clients broke a rule for fronts: 0 if all of them behaved. */
  public long forbidden() {
    return aboveTen + overlaps + chunkedUploads;
  }
}
