package dev.holdfast.fileserver;

import java.util.Map;

/**
 * What a file server has seen since it started; a snapshot. Requests for {@code /stand-in/counts}
 * are not in it, their connections are.
 *
 * @param requests all requests, by method: GET, PUT, DELETE and "other"; a method that never came
 *     is missing
 * @param refused requests that were answered 429
 * @param inProgress requests that are in progress now; one that its client gave up on stays in
 *     progress until it is really over
 * @param inProgressMax the most requests that were in progress at once, refused ones included
 * @param aboveTen requests that came in while ten or more were in progress: more than the rules
 *     allow
 * @param overlaps requests that came in while another one for the same name was in progress, be it
 *     one that its client gave up on: it takes no more to hang the real server
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

  /** All requests, whatever the method. */
  public long requestsTotal() {
    return requests.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How often a client did what a front must never do; 0 for a well-behaved one. */
  public long forbidden() {
    return aboveTen + overlaps + chunkedUploads;
  }
}
