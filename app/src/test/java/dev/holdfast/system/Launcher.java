package dev.holdfast.system;

import dev.holdfast.cli.Main;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Commands in processes of their own, as users run them. */
public final class Launcher {
  private Launcher() {}

  /**
   * Returns the command as {@code app/bin/holdfast} starts it, without anything for tests alone but
   * options that make the start of a JVM cheaper.
   */
  public static ProcessBuilder of(String... args) throws IOException {
    var command = new ArrayList<>(ProductJvm.command(List.of()));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command);
    builder.environment().put("LANG", "C.UTF-8");
    return builder;
  }
}
