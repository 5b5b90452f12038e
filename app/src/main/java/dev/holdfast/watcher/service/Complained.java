package dev.holdfast.watcher.service;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns complaints about components into complaints about options. */
final class Complained {
  private static final Pattern LEADING_NAME = Pattern.compile("^[a-z][A-Za-z0-9]* ");

  private Complained() {}

  /**
   * Returns the configuration of options.
   *
   * @throws ParameterException if one is wrong: {@code dbUrl must …} becomes {@code --db-url must
   *     …}
   */
  static <T> T about(CommandSpec spec, Supplier<T> configuration) {
    try {
      return configuration.get();
    } catch (IllegalArgumentException e) {
      String message =
          LEADING_NAME
              .matcher(String.valueOf(e.getMessage()))
              .replaceFirst(
                  name ->
                      "--" + name.group().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
      throw new ParameterException(spec.commandLine(), message, e);
    }
  }
}
