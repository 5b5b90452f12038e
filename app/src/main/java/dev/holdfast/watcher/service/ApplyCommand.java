package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.store.Database;
import dev.holdfast.watcher.store.DatabaseConfig;
import dev.holdfast.watcher.store.Plan;
import dev.holdfast.watcher.store.StoredEndpoints;
import java.io.PrintWriter;
import java.sql.SQLException;
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
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_BAD_INPUT = 2;
  private static final int VALUE_LENGTH_MAX = 100;
  private static final long PROGRESS_MS = 5_000;

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
    try (Database opened = Database.open(config, new Progress(errors))) {
      print(new StoredEndpoints(opened).apply(endpoints.get(), isDryRun));
      return 0;
    } catch (Database.NotReadyException e) {
      errors.println(e.getMessage());
    } catch (SQLException e) {
      errors.println(
          "the database failed: " + e.getMessage() + ". Nothing has changed; apply the file again");
    } catch (IllegalArgumentException e) {
      errors.println(e.getMessage());
      errors.flush();
      return EXIT_BAD_INPUT;
    }
    errors.flush();
    return EXIT_FAILURE;
  }

  /** Says now and then that the database is waited for. */
  private static final class Progress implements Database.Progress {
    private final PrintWriter errors;
    private long saidMs = -PROGRESS_MS;

    Progress(PrintWriter errors) {
      this.errors = errors;
    }

    @Override
    public void notReady(long waitedMs, String reason) {
      if (waitedMs - saidMs >= PROGRESS_MS) {
        saidMs = waitedMs;
        errors.println("waiting for the database: " + reason);
        errors.flush();
      }
    }
  }

  private void print(Plan plan) {
    PrintWriter out = spec.commandLine().getOut();
    for (EndpointId id : plan.added()) {
      out.println("+ " + id);
    }
    for (Plan.Change change : plan.changed()) {
      out.println("~ " + change.id());
      for (Plan.Field field : change.fields()) {
        out.println(
            "    " + field.name() + ": " + shown(field.from()) + " -> " + shown(field.to()));
      }
    }
    for (EndpointId id : plan.removed()) {
      out.println("- " + id);
    }
    out.println(
        "added: %d, changed: %d, removed: %d, unchanged: %d%s"
            .formatted(
                plan.added().size(),
                plan.changed().size(),
                plan.removed().size(),
                plan.unchanged(),
                isDryRun ? "; nothing was changed, since --dry-run says so" : ""));
    out.flush();
  }

  private static String shown(String json) {
    if (json.isEmpty()) {
      return "nothing";
    }
    return json.length() <= VALUE_LENGTH_MAX ? json : json.substring(0, VALUE_LENGTH_MAX) + "…";
  }
}
