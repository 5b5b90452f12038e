package dev.holdfast.files.http;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.files.FileService;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.names.StoredName;
import dev.holdfast.service.Service;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tells those who run a sidecar how it stands; nginx does not pass these requests on.
 *
 * <p>{@code GET /status} is {@link dev.holdfast.files.Status} in JSON. {@code POST
 * /settle?waitMs=N} waits until all that was pending at the call has settled, N milliseconds at
 * most: 200 with {@code settled: true}, or 503 with the stored names of what has not. {@code POST
 * /settle?kept=true} waits, too, until nothing is kept any more, so that a change of the ring finds
 * nothing to wait for.
 */
public final class StatusRoutes implements Service {
  private static final long WAIT_MS_DEFAULT = 60_000;
  private static final long WAIT_MS_MAX = 3_600_000;
  private static final int NAMES_SHOWN = 1000;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setVisibility(
              com.fasterxml.jackson.annotation.PropertyAccessor.FIELD,
              JsonAutoDetect.Visibility.ANY);

  private final FileService files;
  private final Supplier<Map<String, Map<String, Object>>> further;

  /**
   * @param further how the other services of the sidecar stand, by their names
   */
  public StatusRoutes(FileService files, Supplier<Map<String, Map<String, Object>>> further) {
    this.files = files;
    this.further = further;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    Pages.add(routes, "/status", ctx -> answer(ctx, 200, page()));
    routes.post("/settle", this::settle);
  }

  private ObjectNode page() {
    ObjectNode status = JSON.valueToTree(files.status());
    further.get().forEach(status::putPOJO);
    return status;
  }

  private void settle(Context ctx) throws IOException, InterruptedException {
    long waitMs = waitMs(ctx.queryParam("waitMs"));
    List<StoredName> left =
        kept(ctx.queryParam("kept")) ? files.awaitNothingKept(waitMs) : files.awaitSettled(waitMs);
    answer(
        ctx,
        left.isEmpty() ? 200 : 503,
        Map.of(
            "settled",
            left.isEmpty(),
            "leftCount",
            left.size(),
            "left",
            left.stream().limit(NAMES_SHOWN).map(StoredName::toString).toList()));
  }

  private static boolean kept(String parameter) {
    return switch (parameter) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      default ->
          throw Problem.of(400, "kept must be true or false, not " + parameter).asException();
    };
  }

  private static long waitMs(String parameter) {
    if (parameter == null) {
      return WAIT_MS_DEFAULT;
    }
    try {
      long waitMs = Long.parseLong(parameter);
      if (waitMs >= 0 && waitMs <= WAIT_MS_MAX) {
        return waitMs;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of bounds.
    }
    throw Problem.of(400, "waitMs must be 0 to " + WAIT_MS_MAX + ", not " + parameter)
        .asException();
  }

  private static void answer(Context ctx, int status, Object body) throws IOException {
    ctx.status(status).header("Cache-Control", "no-store");
    Pages.answer(ctx, "application/json", JSON.writeValueAsBytes(body));
  }
}
