package dev.holdfast.files.http;

import dev.holdfast.files.Precondition;
import dev.holdfast.http.EntityTags;
import dev.holdfast.http.Exchange;
import dev.holdfast.staging.Content;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.function.Function;

/** The conditions of a request on the state of the file (RFC 9110, 13). */
public final class Conditions {
  private Conditions() {}

  /**
   * Returns what must hold for a write. Dates are not looked at: a file has no modification date
   * here.
   *
   * @throws dev.holdfast.http.ProblemException 400 if a field is malformed
   */
  public static Precondition ofWrite(Context ctx) {
    return ofWrite(ctx, Content::etag);
  }

  /**
   * Returns the same for a file that is shown with an entity tag of its own.
   *
   * @param etag the tag of a content, in quotes
   */
  public static Precondition ofWrite(Context ctx, Function<Content, String> etag) {
    Optional<EntityTags> match = EntityTags.of(ctx, "If-Match");
    Optional<EntityTags> noneMatch = EntityTags.of(ctx, "If-None-Match");
    if (match.isEmpty() && noneMatch.isEmpty()) {
      return Precondition.NONE;
    }
    return current -> holds(match, noneMatch, current.map(etag));
  }

  /** Returns true if a request has conditions on the state of a file, well-formed or not. */
  static boolean areAsked(Exchange asked) {
    return asked.header("If-Match").isPresent() || asked.header("If-None-Match").isPresent();
  }

  /** The kind of answer that the conditions of a read ask for. */
  enum OfRead {
    FILE,
    NOT_MODIFIED,
    PRECONDITION_FAILED
  }

  /** Evaluates the conditions of a GET or HEAD of a file that is there. */
  static OfRead ofRead(Context ctx, String etag) {
    if (EntityTags.of(ctx, "If-Match").filter(tags -> !tags.containsStrong(etag)).isPresent()) {
      return OfRead.PRECONDITION_FAILED;
    }
    return EntityTags.of(ctx, "If-None-Match").filter(tags -> tags.containsWeak(etag)).isPresent()
        ? OfRead.NOT_MODIFIED
        : OfRead.FILE;
  }

  private static boolean holds(
      Optional<EntityTags> match, Optional<EntityTags> noneMatch, Optional<String> etag) {
    boolean matches =
        match.isEmpty() || (etag.isPresent() && match.get().containsStrong(etag.get()));
    boolean noneMatches =
        noneMatch.isEmpty() || etag.isEmpty() || !noneMatch.get().containsWeak(etag.get());
    return matches && noneMatches;
  }
}
