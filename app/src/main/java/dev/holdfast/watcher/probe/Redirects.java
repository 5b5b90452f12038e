package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** The rules of redirects (RFC 9110 section 15.4). */
final class Redirects {
  /** The most redirects that are followed. */
  static final int HOPS_MAX = 5;

  /** The longest URL that a redirect may lead to, in characters (as in RFC 9110, section 4.1). */
  static final int URL_LENGTH_MAX = 8_000;

  private static final int MOVED_PERMANENTLY = 301;
  private static final int FOUND = 302;
  private static final int SEE_OTHER = 303;
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PERMANENT_REDIRECT = 308;

  private Redirects() {}

  static boolean isRedirect(int code) {
    return switch (code) {
      case MOVED_PERMANENTLY, FOUND, SEE_OTHER, TEMPORARY_REDIRECT, PERMANENT_REDIRECT -> true;
      default -> false;
    };
  }

  /** Where a redirect leads. */
  sealed interface Next {
    /**
     * To a further request.
     *
     * @param isDowngrade true if it leads from https to http
     */
    record Hop(URI url, Target target, Outgoing outgoing, boolean isDowngrade) implements Next {}

    /** Nowhere. */
    record Refused(Reason reason, String detail) implements Next {}
  }

  /**
   * Returns where a redirect leads.
   *
   * @param from the URL that answered
   * @param first the origin of the endpoint, where secrets may go
   * @param sent what was sent
   * @param location the field {@code Location}, or empty if there is none
   */
  static Next next(URI from, Target first, Outgoing sent, int code, Optional<String> location) {
    if (location.isEmpty() || location.get().isBlank()) {
      return new Next.Refused(Reason.BAD_REDIRECT, "a " + code + " without Location");
    }
    URI url;
    Target target;
    try {
      url = Location.resolved(from, location.get());
      target = Target.of(url);
    } catch (URISyntaxException e) {
      // The message has the whole URL in it, with its query and its credentials.
      return new Next.Refused(Reason.BAD_REDIRECT, "Location: " + e.getReason());
    } catch (IllegalArgumentException e) {
      return new Next.Refused(Reason.BAD_REDIRECT, "Location: " + e.getMessage());
    }
    if (url.toString().length() > URL_LENGTH_MAX) {
      return new Next.Refused(
          Reason.BAD_REDIRECT, "Location: more than " + URL_LENGTH_MAX + " characters");
    }
    boolean isDowngrade = Target.of(from).isTls() && !target.isTls();
    String method = method(sent.method(), code);
    boolean keepsBody = method.equals(sent.method());
    boolean isHome = target.hasOriginOf(first);
    if (!isHome && keepsBody && sent.isBodySecret()) {
      return new Next.Refused(
          Reason.BAD_REDIRECT, "the body has a secret, and " + target.shown() + " is another site");
    }
    return new Next.Hop(url, target, outgoing(sent, method, keepsBody, isHome), isDowngrade);
  }

  /** A 303 asks for a GET, and so do 301 and 302 of a POST, for historical reasons. */
  private static String method(String sent, int code) {
    boolean becomesGet =
        (code == SEE_OTHER && !sent.equals("HEAD"))
            || ((code == MOVED_PERMANENTLY || code == FOUND) && sent.equals("POST"));
    return becomesGet ? "GET" : sent;
  }

  private static Outgoing outgoing(
      Outgoing sent, String method, boolean keepsBody, boolean isHome) {
    List<Outgoing.Field> fields =
        sent.fields().stream()
            .filter(field -> isHome || !field.isSecret())
            .filter(field -> keepsBody || !field.is("Content-Type"))
            .toList();
    return new Outgoing(
        method,
        fields,
        isHome ? sent.authority() : Optional.empty(),
        keepsBody ? sent.body() : Optional.empty(),
        sent.isBodySecret());
  }
}
