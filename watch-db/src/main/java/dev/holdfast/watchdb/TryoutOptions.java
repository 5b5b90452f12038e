package dev.holdfast.watchdb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of {@code make watch}.
 *
 * @param program the program {@code holdfast}
 * @param count how many endpoints there are, 1 to {@value #COUNT_MAX}
 * @param port the port of the watcher, 1 to 65535
 * @param dbUrl the database, or empty for the embedded one
 * @param dbUser its user, or empty for the usual one
 * @param dbPasswordFile the file with the user's password, or empty for none
 */
record TryoutOptions(
    String program, int count, int port, String dbUrl, String dbUser, String dbPasswordFile) {
  static final int COUNT_MAX = 20_000;

  private static final int PORT_MAX = 65_535;
  private static final List<String> NAMES =
      List.of("--count", "--port", "--db-url", "--db-user", "--db-password-file");

  TryoutOptions {
    if (count < 1 || count > COUNT_MAX) {
      throw new IllegalArgumentException("--count must be 1 to " + COUNT_MAX + ", not " + count);
    }
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("--port must be 1 to " + PORT_MAX + ", not " + port);
    }
  }

  /**
   * Returns the options that arguments say.
   *
   * @param args the program, and then names and values
   * @throws IllegalArgumentException if there is no such option, or it has no value
   */
  static TryoutOptions parse(List<String> args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 1; i < args.size(); i += 2) {
      if (!NAMES.contains(args.get(i))) {
        throw new IllegalArgumentException(
            "no option " + args.get(i) + "; there are " + String.join(", ", NAMES));
      }
      if (i + 1 == args.size()) {
        throw new IllegalArgumentException(args.get(i) + " must have a value");
      }
      given.put(args.get(i), args.get(i + 1));
    }
    return new TryoutOptions(
        args.getFirst(),
        number(given, "--count", 200),
        number(given, "--port", 7979),
        given.getOrDefault("--db-url", ""),
        given.getOrDefault("--db-user", ""),
        given.getOrDefault("--db-password-file", ""));
  }

  private static int number(Map<String, String> given, String name, int byDefault) {
    String text = given.getOrDefault(name, Integer.toString(byDefault));
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(name + " must be a number, not " + text);
    }
    return Integer.parseInt(text);
  }
}
