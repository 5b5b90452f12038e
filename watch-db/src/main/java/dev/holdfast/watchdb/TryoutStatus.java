package dev.holdfast.watchdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;

/** Reads the status of a watcher again and again, and says what came since the last time. */
final class TryoutStatus {
  static final String HEADING =
      "  checks/s      up  degraded    down   agent  missed   late p99     stored";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final double NANOS_PER_S = 1e9;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ObjectMapper json = new ObjectMapper();
  private final HttpRequest request;
  private JsonNode last;
  private long lastNanos;

  TryoutStatus(URI status) {
    this.request = HttpRequest.newBuilder(status).timeout(PATIENCE).build();
  }

  /** Returns a line, or an empty text while the watcher is not ready. */
  String line() throws InterruptedException {
    JsonNode status;
    try {
      status = json.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException notUp) {
      return "";
    }
    long nanos = System.nanoTime();
    if (!status.path("ready").asBoolean()) {
      return "";
    }
    String line = last == null ? "" : line(last, status, (nanos - lastNanos) / NANOS_PER_S);
    last = status;
    lastNanos = nanos;
    return line;
  }

  /** Returns the line of what came between two statuses. */
  static String line(JsonNode before, JsonNode now, double seconds) {
    long up = more(before, now, "up");
    long degraded = more(before, now, "degraded");
    long down = more(before, now, "down");
    long undecided = more(before, now, "undecided");
    long agent = more(before, now, "agent");
    double rate = (up + degraded + down + undecided + agent) / seconds;
    return String.format(
        Locale.ROOT,
        "  %8.1f  %6d  %8d  %6d  %6d  %6d  %6.1f ms  %9d",
        rate,
        up,
        degraded,
        down,
        agent,
        more(before, now, "missed"),
        now.at("/lateMs/p99").asDouble(),
        now.at("/database/written").asLong());
  }

  private static long more(JsonNode before, JsonNode now, String outcome) {
    return now.at("/results/" + outcome).asLong() - before.at("/results/" + outcome).asLong();
  }
}
