package dev.holdfast.system;

import dev.holdfast.cli.Main;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a process with several commands of the product, each as it runs alone. They
 * share what the start of a JVM costs.
 */
final class SeveralCommands {
  /** Stands between the arguments of one command and those of the next. */
  private static final String AND = "and";

  private SeveralCommands() {}

  /** Returns the arguments that run these commands. */
  static List<String> arguments(List<List<String>> commands) {
    var arguments = new ArrayList<String>();
    for (List<String> command : commands) {
      if (!arguments.isEmpty()) {
        arguments.add(AND);
      }
      arguments.addAll(command);
    }
    return arguments;
  }

  /** Runs them. The process ends when one of them does. */
  public static void main(String[] arguments) {
    var command = new ArrayList<String>();
    for (String argument : arguments) {
      if (argument.equals(AND)) {
        run(command);
        command.clear();
      } else {
        command.add(argument);
      }
    }
    run(command);
  }

  private static void run(List<String> command) {
    String[] words = command.toArray(String[]::new);
    Thread.ofPlatform().start(() -> System.exit(Main.commandLine().execute(words)));
  }
}
