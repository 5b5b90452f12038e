package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.pattern.BadPatternException;
import dev.holdfast.watcher.pattern.Finding;
import dev.holdfast.watcher.pattern.PageSearch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds an answer against what is expected. It decodes and searches the body on threads that do not
 * measure.
 *
 * <p>Threading: any number of threads.
 */
final class Judge {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final Searches searches;
  private final InstantSource wall;

  Judge(Searches searches, InstantSource wall) {
    this.searches = searches;
    this.wall = wall;
  }

  /**
   * A judgement.
   *
   * @param bodyBytes how long the body is, decoded, as far as it came
   * @param isTruncated true if there was more of it than is read
   */
  record Judgement(Ending ending, long bodyBytes, boolean isTruncated) {}

  /**
   * Returns true if the judgement of an answer takes no time to speak of: nothing has to be decoded
   * or searched. Any thread may make it then.
   */
  static boolean isShort(Endpoint endpoint, VisitEnd.Response response) {
    Expectation expected = endpoint.expectation();
    return !expected.statuses().contains(response.code())
        || (!expected.searchesBody()
            && (response.encoding().isEmpty() || response.body().count() == 0));
  }

  /** Judges an answer. */
  Judgement judge(Endpoint endpoint, VisitEnd.Response response, Optional<CertificateChain> chain) {
    Expectation expected = endpoint.expectation();
    if (!expected.statuses().contains(response.code())) {
      return new Judgement(unexpected(response), response.body().count(), response.isTruncated());
    }
    String encoding = response.encoding();
    boolean isCut = response.isTruncated();
    if (encoding.isEmpty() || response.body().count() == 0) {
      byte[] body = response.body().kept();
      Ending ending = ofBody(endpoint, response, body, response.body().count(), isCut, chain);
      return new Judgement(ending, response.body().count(), isCut);
    }
    if (!Decoding.isKnown(encoding)) {
      String detail = "nobody asked for the encoding " + encoding;
      return new Judgement(
          Ending.down(Reason.BAD_ENCODING, detail), response.body().count(), isCut);
    }
    int keptMax = expected.searchesBody() ? expected.bodyBytesMax() : 0;
    return switch (Decoding.decode(
        response.body().kept(), encoding, isCut, keptMax, Expectation.BODY_BYTES_LIMIT)) {
      case Decoding.Decoded.TooLarge(long bytesMax) ->
          new Judgement(
              Ending.down(Reason.TOO_LARGE, "decoded it has more than " + bytesMax + " bytes"),
              bytesMax,
              true);
      case Decoding.Decoded.Bad(String detail) ->
          new Judgement(Ending.down(Reason.BAD_ENCODING, detail), response.body().count(), isCut);
      case Decoding.Decoded.Body body -> {
        boolean isShort = isCut || body.count() > expected.bodyBytesMax();
        Ending ending = ofBody(endpoint, response, body.bytes(), body.count(), isShort, chain);
        yield new Judgement(ending, body.count(), isShort);
      }
    };
  }

  private Ending unexpected(VisitEnd.Response response) {
    OptionalLong retryAfterMs = RetryAfter.ms(response.field("Retry-After"), wall.instant());
    boolean isLater =
        response.code() == TOO_MANY_REQUESTS
            || (response.code() == UNAVAILABLE && retryAfterMs.isPresent());
    if (!isLater) {
      return Ending.down(Reason.STATUS, "status " + response.code());
    }
    String after =
        retryAfterMs.isPresent() ? ", retry after " + retryAfterMs.getAsLong() / 1000 + " s" : "";
    return Ending.degraded(Reason.RETRY_LATER, "status " + response.code() + after)
        .withRetryAfterMs(retryAfterMs);
  }

  private Ending ofBody(
      Endpoint endpoint,
      VisitEnd.Response response,
      byte[] body,
      long count,
      boolean isCut,
      Optional<CertificateChain> chain) {
    Expectation expected = endpoint.expectation();
    if (!expected.searchesBody()) {
      return certificates(endpoint, chain);
    }
    try {
      PageSearch search = searches.of(expected);
      if (count == 0 && search.needsBody()) {
        return Ending.down(Reason.NO_BODY, "the answer has no body to search");
      }
      String within = isCut ? " in the first " + body.length + " bytes" : "";
      return switch (search.search(body, response.field("Content-Type"))) {
        case Finding.Found _ -> certificates(endpoint, chain);
        case Finding.Missing(String sought, boolean isText) ->
            Ending.down(
                isText ? Reason.TEXT_MISSING : Reason.PATTERN_MISSING,
                "not found" + within + ": " + sought);
        case Finding.Present(String pattern) ->
            Ending.down(Reason.PATTERN_PRESENT, "found: " + pattern);
        case Finding.Undecided(String pattern) ->
            Ending.undecided(Reason.PATTERN_LIMIT, "too many steps: " + pattern);
      };
    } catch (BadPatternException e) {
      return Ending.agent(Reason.AGENT_FAILURE, "a pattern does not compile: " + e.getMessage());
    }
  }

  private Ending certificates(Endpoint endpoint, Optional<CertificateChain> chain) {
    if (chain.isEmpty() || !endpoint.reach().isVerifying()) {
      return Ending.up();
    }
    Instant now = wall.instant();
    CertificateChain.End first = chain.get().first();
    long days = first.days(now);
    return days < endpoint.expectation().certificateDaysMin()
        ? Ending.degraded(
            Reason.CERTIFICATE_ENDS_SOON, first.subject() + " ends in " + days + " days")
        : Ending.up();
  }
}
