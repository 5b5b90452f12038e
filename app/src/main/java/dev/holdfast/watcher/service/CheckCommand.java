package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.config.Complaint;
import dev.holdfast.watcher.config.WatchFile;
import dev.holdfast.watcher.config.WatchList;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast watch check}: makes one check now. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes one check now, and says how long each of its phases took and why the site is up or"
          + " down. It needs no database.",
      "Exit code 0: up or degraded; 1: down; 2: bad input; 3: the check could not tell."
    })
final class CheckCommand implements Callable<Integer> {
  private static final int EXIT_DOWN = 1;
  private static final int EXIT_CANNOT_TELL = 3;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "https or http, without credentials")
  private String url;

  @Mixin private CheckOptions options;

  @Mixin private ReachOptions reach;

  @Override
  public Integer call() throws InterruptedException {
    ReachConfig config = Complained.about(spec, reach::config);
    Endpoint endpoint = endpoint();
    try (Checking checking = Complained.about(spec, () -> start(config))) {
      checking.warmUp();
      var found = new CompletableFuture<Measured>();
      checking.probe().check(endpoint, found::complete);
      Measured measured = found.join(); // it ends by the time-out of the endpoint
      PrintWriter out = spec.commandLine().getOut();
      CheckText.lines(endpoint, measured).forEach(out::println);
      out.flush();
      return exitCode(measured);
    } catch (IOException e) {
      throw new IllegalStateException("the engine could not be stopped", e);
    }
  }

  private static Checking start(ReachConfig config) {
    try {
      return Checking.start(config, 1);
    } catch (IOException e) {
      throw new IllegalStateException("the engine could not be started", e);
    }
  }

  /** Returns the endpoint: options are read as a list with one endpoint would be. */
  private Endpoint endpoint() {
    String list = Complained.about(spec, () -> options.list(url));
    return switch (WatchFile.read("options", list)) {
      case WatchList.Read read -> read.endpoints().getFirst();
      case WatchList.Refused refused -> {
        List<String> faults = refused.complaints().stream().map(Complaint::text).toList();
        throw new ParameterException(spec.commandLine(), String.join("; ", faults));
      }
    };
  }

  private static int exitCode(Measured measured) {
    return switch (measured.outcome()) {
      case UP, DEGRADED -> 0;
      case DOWN -> EXIT_DOWN;
      case UNDECIDED, AGENT, MISSED -> EXIT_CANNOT_TELL;
    };
  }
}
