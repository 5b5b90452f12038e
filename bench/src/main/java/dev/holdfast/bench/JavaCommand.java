package dev.holdfast.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command of a further JVM that has the Java and the classes of this one. */
final class JavaCommand {
  private JavaCommand() {}

  /**
   * Returns the words of a command that runs in any directory.
   *
   * @param options those of the JVM
   */
  static List<String> of(List<String> options, Class<?> main, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(options);
    words.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), main.getName()));
    words.addAll(List.of(arguments));
    return words;
  }

  /** Returns a class path whose parts are absolute. */
  private static String absolute(String classPath) {
    return String.join(
        ":",
        Stream.of(classPath.split(":", -1))
            .map(part -> Path.of(part).toAbsolutePath().toString())
            .toList());
  }
}
