package dev.holdfast.cli;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The defaults of options, taken from configuration records. So a default is a number in one place.
 * The annotation of such an option has its environment variable alone.
 */
final class RecordDefaults {
  private RecordDefaults() {}

  /** Options that take their defaults from records. */
  @FunctionalInterface
  interface Source {
    /** Returns the defaults by option, as the texts that the command line takes. */
    Map<String, String> defaults();
  }

  /**
   * Returns the values of all components by their options, {@code bodyBytesMax} as {@code
   * --body-bytes-max}.
   *
   * @param options the options that are not named after their components, by component
   * @throws IllegalStateException if two records have different defaults for one option
   */
  static Map<String, String> of(Map<String, String> options, Record... records) {
    var defaults = new HashMap<String, String>();
    for (Record config : records) {
      for (RecordComponent component : config.getClass().getRecordComponents()) {
        String option =
            options.getOrDefault(
                component.getName(), BadOptionException.option(component.getName()));
        String value = text(value(config, component));
        String other = defaults.putIfAbsent(option, value);
        if (other != null && !other.equals(value)) {
          throw new IllegalStateException(option + " is " + other + " by default, and " + value);
        }
      }
    }
    return defaults;
  }

  /** Returns a value as an option takes it: constants of enums in lower case. */
  static String text(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  private static Object value(Record config, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true); // a service's record need not be public
      return accessor.invoke(config);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
