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

/**
 * Applies a list to the database, for {@link ApplyCommand}. It is apart from the command, which
 * every start of {@code holdfast} loads: a Java runtime without {@code java.sql} runs the other
 * services.
 */
final class Applying {
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_BAD_INPUT = 2;
  private static final int VALUE_LENGTH_MAX = 100;
  private static final long PROGRESS_MS = 5_000;

  private final boolean isDryRun;
  private final PrintWriter out;
  private final PrintWriter errors;

  Applying(boolean isDryRun, PrintWriter out, PrintWriter errors) {
    this.isDryRun = isDryRun;
    this.out = out;
    this.errors = errors;
  }

  /** Applies the list, and returns the exit code of the command. */
  int apply(DatabaseConfig config, List<Endpoint> endpoints) {
    try (Database opened = Database.open(config, new Progress(errors))) {
      print(new StoredEndpoints(opened).apply(endpoints, isDryRun));
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
