package dev.holdfast.watcher.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The conversions of texts into values, and the texts of values. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(|KiB|MiB)");
  private static final Map<String, Integer> UNIT_MS = Map.of("ms", 1, "s", 1_000, "m", 60_000);
  private static final Map<String, Integer> UNIT_BYTES =
      Map.of("", 1, "KiB", 1 << 10, "MiB", 1 << 20);

  private Values() {}

  /** Converts a text. */
  @FunctionalInterface
  interface Conversion<T> {
    /**
     * Returns the value.
     *
     * @throws BadValueException if the text is none
     */
    T of(String text) throws BadValueException;
  }

  /** Returns a conversion of durations, in ms. */
  static Conversion<Integer> duration(String name, int leastMs, int mostMs) {
    return text -> {
      Matcher duration = DURATION.matcher(text);
      if (!duration.matches()) {
        String hint = NUMBER.matcher(text).matches() ? text + "s" : "30s, 500ms or 5m";
        throw new BadValueException(
            "'%s' must be a number and a unit, such as %s, not '%s'"
                .formatted(name, hint, Fields.shown(text)));
      }
      long ms = Long.parseLong(duration.group(1)) * UNIT_MS.get(duration.group(2));
      if (ms < leastMs || ms > mostMs) {
        throw new BadValueException(
            "'%s' must be %s to %s, not %s"
                .formatted(name, durationText(leastMs), durationText(mostMs), text));
      }
      return (int) ms;
    };
  }

  /** Returns a duration as {@link #duration} reads it. */
  static String durationText(int ms) {
    return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
  }

  /** Returns a conversion of whole numbers. */
  static Conversion<Integer> number(String name, int least, int most) {
    return text -> {
      long number = NUMBER.matcher(text).matches() ? Long.parseLong(text) : -1;
      if (number < least || number > most) {
        throw new BadValueException(
            "'%s' must be %d to %d, not '%s'".formatted(name, least, most, Fields.shown(text)));
      }
      return (int) number;
    };
  }

  /** Returns a conversion of sizes, in bytes. */
  static Conversion<Integer> size(String name, int least, int most) {
    return text -> {
      Matcher size = SIZE.matcher(text);
      long bytes =
          size.matches() ? Long.parseLong(size.group(1)) * UNIT_BYTES.get(size.group(2)) : -1;
      if (bytes < least || bytes > most) {
        throw new BadValueException(
            "'%s' must be %d to %d bytes, such as 65536, 64KiB or 1MiB, not '%s'"
                .formatted(name, least, most, Fields.shown(text)));
      }
      return (int) bytes;
    };
  }

  /** Returns a conversion of {@code true} and {@code false}. */
  static Conversion<Boolean> truth(String name) {
    return text ->
        switch (text) {
          case "true" -> true;
          case "false" -> false;
          default ->
              throw new BadValueException(
                  "'%s' must be true or false, not '%s'".formatted(name, Fields.shown(text)));
        };
  }

  /** Returns a conversion of the constants of an enum, by their names in lower case. */
  static <E extends Enum<E>> Conversion<E> choice(String name, Class<E> type) {
    return text -> {
      Set<String> names = new TreeSet<>();
      for (E constant : type.getEnumConstants()) {
        String constantName = name(constant);
        if (constantName.equals(text)) {
          return constant;
        }
        names.add(constantName);
      }
      throw new BadValueException(
          "'%s' must be %s, not '%s'"
              .formatted(name, String.join(" or ", names), Fields.shown(text)));
    };
  }

  /** Returns the name of a constant as {@link #choice} reads it. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
