package dev.holdfast.watcher.pattern;

import dev.holdfast.watcher.Expectation.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The beginnings of groups: {@code (}, {@code (?:}, {@code (?<name>}, {@code (?i)} and others. */
final class PatternGroups {
  private static final String OR_JAVA = ", or set 'engine: java'";

  private static final Pattern NAMED = Pattern.compile("\\(\\?P?<[A-Za-z_]\\w*>");
  private static final Pattern FLAGS = Pattern.compile("\\(\\?([A-Za-z]*(?:-[A-Za-z]+)?)([:)])");

  private PatternGroups() {}

  /** A kind of group. */
  enum Kind {
    CAPTURING,
    PLAIN,
    /** Flags without content, such as {@code (?i)}. */
    FLAGS,
    /** A look-ahead or a look-behind. */
    LOOKING
  }

  /**
   * The beginning of a group.
   *
   * @param kind its kind
   * @param end the index behind the beginning
   */
  record Opening(Kind kind, int end) {}

  /**
   * Returns the beginning of a group.
   *
   * @param start the index of its bracket
   * @throws BadPatternException if the engine does not know such a group
   */
  static Opening opening(String text, int start, Engine engine) throws BadPatternException {
    if (!text.startsWith("(?", start)) {
      return new Opening(Kind.CAPTURING, start + 1);
    }
    for (Looking looking : Looking.values()) {
      if (text.startsWith(looking.begin, start)) {
        if (engine == Engine.RE2) {
          throw new BadPatternException(start, looking.problem(), looking.hint + OR_JAVA);
        }
        return new Opening(looking.kind, start + looking.begin.length());
      }
    }
    Matcher named = NAMED.matcher(text).region(start, text.length());
    if (named.lookingAt()) {
      return new Opening(Kind.CAPTURING, named.end());
    }
    Matcher flags = FLAGS.matcher(text).region(start, text.length());
    if (flags.lookingAt()) {
      knowFlags(flags.group(1), start, engine);
      Kind kind = flags.group(2).equals(":") ? Kind.PLAIN : Kind.FLAGS;
      return new Opening(kind, flags.end());
    }
    String begin = text.substring(start, Math.min(text.length(), start + 3));
    throw new BadPatternException(
        start, "'" + begin + "' begins no known group", "write (?: for a group");
  }

  private static void knowFlags(String flags, int start, Engine engine) throws BadPatternException {
    String known = engine == Engine.RE2 ? "imsU-" : "imsudU-";
    for (int i = 0; i < flags.length(); i++) {
      if (known.indexOf(flags.charAt(i)) < 0) {
        throw new BadPatternException(
            start + 2 + i,
            "the flag '" + flags.charAt(i) + "' is not known",
            "use i (upper and lower case alike), m (^ and $ at each line) or s (a dot is a line end"
                + " as well)");
      }
    }
  }

  /** The groups that Java knows and RE2 does not. */
  private enum Looking {
    AHEAD(
        "(?=",
        "look-ahead",
        Kind.LOOKING,
        "write each condition as a pattern of its own in 'must'"),
    NOT_AHEAD(
        "(?!",
        "negative look-ahead",
        Kind.LOOKING,
        "write what must not be there as a pattern of 'must_not'"),
    BEHIND("(?<=", "look-behind", Kind.LOOKING, "write what comes before as a part of the pattern"),
    NOT_BEHIND(
        "(?<!",
        "negative look-behind",
        Kind.LOOKING,
        "write what must not be there as a pattern of 'must_not'"),
    ATOMIC("(?>", "atomic group", Kind.PLAIN, "write (?: instead, since RE2 is linear anyway");

    private final String begin;
    private final String name;
    private final Kind kind;
    private final String hint;

    Looking(String begin, String name, Kind kind, String hint) {
      this.begin = begin;
      this.name = name;
      this.kind = kind;
      this.hint = hint;
    }

    private String problem() {
      return "the " + name + " '" + begin + "', which RE2 does not know";
    }
  }
}
