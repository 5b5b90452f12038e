package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast watch validate}: reads a list of endpoints, and says all of its faults. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Reads a list of endpoints and says all of its faults. It needs no database and asks no site.",
      "Exit code 0: the file is in order; 2: it is not, each fault is a line on standard error."
    })
public final class ValidateCommand implements Callable<Integer> {
  private static final int EXIT_BAD_INPUT = 2;

  @Spec private CommandSpec spec;

  @Mixin private FileArgument file;

  @Override
  public Integer call() {
    Optional<List<Endpoint>> endpoints = file.read(spec.commandLine().getErr());
    if (endpoints.isEmpty()) {
      return EXIT_BAD_INPUT;
    }
    long groups =
        endpoints.get().stream()
            .map(Endpoint::group)
            .filter(group -> !group.isEmpty())
            .distinct()
            .count();
    spec.commandLine()
        .getOut()
        .printf("endpoints: %d, groups: %d%n", endpoints.get().size(), groups);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
