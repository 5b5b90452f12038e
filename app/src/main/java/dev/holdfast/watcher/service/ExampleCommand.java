package dev.holdfast.watcher.service;

import dev.holdfast.watcher.config.Example;
import dev.holdfast.watcher.config.WatchFile;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast watch example}: prints a list of endpoints to start from. */
@Command(
    name = "example",
    mixinStandardHelpOptions = true,
    description = "Prints a list of endpoints to start from, with comments on its keys.")
public final class ExampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "how many endpoints it has, 1 to "
              + WatchFile.ENDPOINTS_MAX
              + "; default ${DEFAULT-VALUE}")
  private int count;

  @Override
  public Integer call() {
    if (count < 1 || count > WatchFile.ENDPOINTS_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--count must be 1 to %d, not %d".formatted(WatchFile.ENDPOINTS_MAX, count));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(Example.write(count));
    out.flush();
    return 0;
  }
}
