package dev.holdfast.watcher;

import dev.holdfast.bounds.Bounds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The findings of one check, or the reason why there was none.
 *
 * @param endpoint the endpoint
 * @param dueMs when it was due, in ms since the epoch
 * @param kind why it was made
 * @param delay the agent's own share
 * @param outcome the outcome
 * @param reason why
 * @param detail more on the reason, for people: one line, empty if there is none
 * @param answer what the site answered
 * @param flags remarks
 */
public record CheckResult(
    EndpointId endpoint,
    long dueMs,
    Kind kind,
    Delay delay,
    Outcome outcome,
    Reason reason,
    String detail,
    Answer answer,
    Set<Flag> flags) {

  /** The longest {@code detail}, in characters. */
  public static final int DETAIL_LENGTH_MAX = 500;

  /** The longest URL in {@code hops}, in characters. */
  public static final int HOP_LENGTH_MAX = 500;

  private static final Pattern CONTROLS =
      Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]+");

  public CheckResult {
    flags = Set.copyOf(flags);
    detail = oneLine(detail);
  }

  /** Returns the text without control characters, which a site may have sent, and not too long. */
  private static String oneLine(String text) {
    return cut(CONTROLS.matcher(text).replaceAll(" ").strip(), DETAIL_LENGTH_MAX);
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  /**
   * The agent's own share of a delay.
   *
   * @param lateMicros from when the check was due to its start, in µs, by the monotonic clock
   * @param lagMicros the worst lag of the event loops while it ran, in µs
   */
  public record Delay(long lateMicros, long lagMicros) {
    /** No delay. */
    public static final Delay NONE = new Delay(0, 0);

    public Delay {
      Bounds.orMore("lateMicros", lateMicros, 0);
      Bounds.orMore("lagMicros", lagMicros, 0);
    }
  }

  /**
   * The answer of a site, as far as the check came.
   *
   * @param status the status of the last answer, or empty if there was none
   * @param phases how long each phase took
   * @param address the address that was connected to last, or empty if there was none
   * @param protocol such as {@code HTTP/1.1} and {@code HTTP/2}, or empty if there was no answer
   * @param bodyBytes how many bytes of the body came, decoded
   * @param certificateEnds when the first certificate of the chain ends, or empty without TLS
   * @param hops the URLs that redirects led to, without credentials and queries. Each is cut to
   *     {@value #HOP_LENGTH_MAX} characters
   */
  public record Answer(
      OptionalInt status,
      Phases phases,
      Optional<String> address,
      Optional<String> protocol,
      long bodyBytes,
      Optional<Instant> certificateEnds,
      List<String> hops) {
    /** No answer. */
    public static final Answer NONE =
        new Answer(
            OptionalInt.empty(),
            Phases.NONE,
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty(),
            List.of());

    public Answer {
      hops = hops.stream().map(hop -> cut(hop, HOP_LENGTH_MAX)).toList();
    }
  }

  /** Returns true if the result counts: it measured the site, and the agent did not disturb it. */
  public boolean counts() {
    return outcome.isMeasured() && !flags.contains(Flag.TAINTED);
  }
}
