package dev.holdfast.http;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of an {@code If-Match} or {@code If-None-Match} field (RFC 9110, 13.1.1 and 13.1.2).
 *
 * @param any true if it is {@code *}
 * @param tags the entity tags as they were sent, weak ones with their {@code W/}
 */
public record EntityTags(boolean any, List<String> tags) {
  /** A tag of a list, or an empty element, which is passed over (RFC 9110, 5.6.1.2). */
  private static final Pattern ELEMENT = Pattern.compile("\\s*((?:W/)?\"[^\"]*\")?\\s*(?:,|$)");

  public EntityTags {
    tags = List.copyOf(tags);
  }

  /**
   * Reads a field of a request; empty if there is none. Several lines are one list (RFC 9110, 5.3).
   *
   * @throws ProblemException 400 if it is malformed
   */
  public static Optional<EntityTags> of(Context ctx, String field) {
    List<String> lines = Collections.list(ctx.req().getHeaders(field));
    return lines.isEmpty() ? Optional.empty() : Optional.of(parse(field, String.join(",", lines)));
  }

  /**
   * Reads the value of a field.
   *
   * @throws ProblemException 400 if it is neither {@code *} nor a list of entity tags
   */
  public static EntityTags parse(String field, String value) {
    if (value.strip().equals("*")) {
      return new EntityTags(true, List.of());
    }
    var tags = new ArrayList<String>();
    Matcher element = ELEMENT.matcher(value);
    int at = 0;
    while (at < value.length() && element.find(at) && element.start() == at) {
      if (element.group(1) != null) {
        tags.add(element.group(1));
      }
      at = element.end();
    }
    if (at < value.length() || tags.isEmpty()) {
      throw Problem.of(400, field + " must be * or a list of quoted entity tags").asException();
    }
    return new EntityTags(false, tags);
  }

  /** Strong comparison: the same tag, and not a weak one (RFC 9110, 8.8.3.2). */
  public boolean containsStrong(String etag) {
    return any || (!etag.startsWith("W/") && tags.contains(etag));
  }

  /** Weak comparison: the same opaque tag, weak or not. */
  public boolean containsWeak(String etag) {
    return any || tags.stream().anyMatch(tag -> opaque(tag).equals(opaque(etag)));
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }
}
