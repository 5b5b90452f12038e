package dev.holdfast.system.counters;

import dev.holdfast.cli.Main;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a process with several actors, each as its command runs it. They share what the
 * start of a JVM costs.
 */
final class SeveralActors {
  /** Stands between the arguments of one actor and those of the next. */
  static final String AND = "and";

  private SeveralActors() {}

  /** Runs them. The process ends when one of them does. */
  public static void main(String[] args) {
    var command = new ArrayList<String>();
    for (String arg : args) {
      if (arg.equals(AND)) {
        run(List.copyOf(command));
        command.clear();
      } else {
        command.add(arg);
      }
    }
    run(List.copyOf(command));
  }

  private static void run(List<String> command) {
    Thread.ofPlatform()
        .start(() -> System.exit(Main.commandLine().execute(command.toArray(String[]::new))));
  }
}
