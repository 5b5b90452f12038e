package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.store.DatabaseConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast watch apply}: makes the list of the database equal to that of a file. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the list of endpoints in the database equal to that of a file, whole or not at all, and"
          + " says what changes. The history of endpoints that go stays.",
      "Exit code 0: done; 1: the database failed; 2: the file is not in order, each fault is a line"
          + " on standard error."
    })
final class ApplyCommand implements Callable<Integer> {
  private static final int EXIT_BAD_INPUT = 2;

  @Spec private CommandSpec spec;

  @Mixin private FileArgument file;

  @Mixin private DatabaseOptions database;

  @Option(names = "--dry-run", description = "say what would change, and change nothing")
  private boolean isDryRun;

  @Override
  public Integer call() {
    PrintWriter errors = spec.commandLine().getErr();
    DatabaseConfig config = Complained.about(spec, database::config);
    Optional<List<Endpoint>> endpoints = file.read(errors);
    if (endpoints.isEmpty()) {
      return EXIT_BAD_INPUT;
    }
    return new Applying(isDryRun, spec.commandLine().getOut(), errors)
        .apply(config, endpoints.get());
  }
}
