package dev.holdfast.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option of every command that names its configuration file. */
final class ConfigOption {
  static final String NAME = "--config";

  @Option(
      names = NAME,
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_CONFIG}",
      description =
          "a YAML file with a section for this command: its options by name, without the dashes;"
              + " options and environment variables win over it; default none; env HOLDFAST_CONFIG")
  @SuppressWarnings("UnusedVariable") // ConfigDefaults reads it, through the option
  private Path file;

  /** Adds the option to a command. */
  static void addTo(CommandSpec command) {
    command.addMixin("config", CommandSpec.forAnnotatedObject(new ConfigOption()));
  }
}
