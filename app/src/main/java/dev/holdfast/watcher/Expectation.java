package dev.holdfast.watcher;

import dev.holdfast.bounds.Bounds;
import java.util.List;

/**
 * The answer that an endpoint has to give to be up.
 *
 * @param statuses the expected status codes
 * @param must patterns that each have to be found in the body
 * @param mustNot patterns of which none may be found
 * @param texts texts that each have to be found as they are
 * @param certificateDaysMin the days that each certificate of the chain has to last still, 0 to
 *     {@value #CERTIFICATE_DAYS_MAX}. With fewer the endpoint is degraded
 * @param bodyBytesMax how much of the body is read, decoded, in bytes, 0 to {@value
 *     #BODY_BYTES_LIMIT}. The rest is not read
 */
public record Expectation(
    StatusSet statuses,
    List<PagePattern> must,
    List<PagePattern> mustNot,
    List<String> texts,
    int certificateDaysMin,
    int bodyBytesMax) {

  /** The highest {@code certificateDaysMin}. */
  public static final int CERTIFICATE_DAYS_MAX = 365;

  /** The highest {@code bodyBytesMax}: 8 MiB. */
  public static final int BODY_BYTES_LIMIT = 8 << 20;

  /** The most patterns and texts of one endpoint, of each kind. */
  public static final int SEARCHES_MAX = 16;

  public static final Expectation DEFAULT =
      new Expectation(StatusSet.SUCCESS, List.of(), List.of(), List.of(), 14, 1 << 20);

  public Expectation {
    must = List.copyOf(must);
    mustNot = List.copyOf(mustNot);
    texts = List.copyOf(texts);
    Bounds.within("must", must.size(), 0, SEARCHES_MAX);
    Bounds.within("mustNot", mustNot.size(), 0, SEARCHES_MAX);
    Bounds.within("texts", texts.size(), 0, SEARCHES_MAX);
    Bounds.within("certificateDaysMin", certificateDaysMin, 0, CERTIFICATE_DAYS_MAX);
    Bounds.within("bodyBytesMax", bodyBytesMax, 0, BODY_BYTES_LIMIT);
  }

  /** Returns true if something is searched in the body. */
  public boolean searchesBody() {
    return !must.isEmpty() || !mustNot.isEmpty() || !texts.isEmpty();
  }

  /**
   * A regular expression that is searched in a page.
   *
   * @param text the expression
   * @param engine who searches
   */
  public record PagePattern(String text, Engine engine) {}

  /** The engine that searches a pattern. */
  public enum Engine {
    /** RE2/J: its time is linear in the page. It has no look-arounds and no back-references. */
    RE2,
    /** {@code java.util.regex}, with a limit of steps. A search that reaches it is undecided. */
    JAVA
  }
}
