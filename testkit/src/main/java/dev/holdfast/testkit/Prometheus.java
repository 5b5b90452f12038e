package dev.holdfast.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Prometheus, and its promtool.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Prometheus implements AutoCloseable {
  private static final int PROGRAM_MAX_S = Patience.STEP_S;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI api;
  private final HttpClient client = HttpClient.newHttpClient();

  private Prometheus(Process process, URI api) {
    this.process = process;
    this.api = api;
  }

  /** The output of promtool, of both streams, and its exit code. */
  public record Said(int code, String text) {}

  /** Returns true if both programs are on this machine. */
  public static boolean isInstalled() {
    return Stream.of("prometheus", "promtool").allMatch(Prometheus::isOnPath);
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
  }

  public static Said promtool(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return promtool(directory, Redirect.PIPE, arguments);
  }

  /** Checks a text that Prometheus would scrape with promtool, and returns its answer. */
  public static Said checkMetrics(String text) throws IOException, InterruptedException {
    Path input = Files.createTempFile("metrics", ".txt");
    try {
      Files.writeString(input, text);
      return promtool(Path.of("."), Redirect.from(input.toFile()), "check", "metrics");
    } finally {
      Files.delete(input);
    }
  }

  private static Said promtool(Path directory, Redirect input, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("promtool", ".txt");
    try {
      Process promtool =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(input)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!promtool.waitFor(PROGRAM_MAX_S, TimeUnit.SECONDS)) {
          throw new AssertionError("promtool does not end: " + command);
        }
      } finally {
        promtool.destroyForcibly();
      }
      return new Said(promtool.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /**
   * Starts a Prometheus. It answers when this returns.
   *
   * @param script starts Prometheus with its own options and those that it gets
   * @param environment the variables of the script
   * @param log the file of its output
   */
  public static Prometheus start(Path script, Map<String, String> environment, Path log)
      throws Exception {
    int port = FreePorts.one();
    var builder =
        new ProcessBuilder("sh", script.toString(), "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    var prometheus = new Prometheus(builder.start(), URI.create("http://127.0.0.1:" + port + "/"));
    try {
      Await.until("Prometheus is ready", () -> prometheus.isReady(log));
      return prometheus;
    } catch (Exception | AssertionError e) {
      prometheus.close();
      throw e;
    }
  }

  private boolean isReady(Path log) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus has ended: " + Files.readString(log));
    }
    try {
      return ask("-/ready").statusCode() == 200;
    } catch (ConnectException notYet) {
      return false;
    }
  }

  /**
   * Returns the values of an instant query, one for each series.
   *
   * @throws IllegalArgumentException if it cannot be evaluated; the message is Prometheus's
   */
  public List<Double> query(String expression) throws IOException, InterruptedException {
    JsonNode answer =
        json("api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalArgumentException(expression + ": " + answer.path("error").asText());
    }
    JsonNode result = answer.at("/data/result");
    var values = new ArrayList<Double>();
    for (JsonNode series : result) {
      String value = series.at("/value/1").asText();
      // Go spells it so.
      values.add(value.endsWith("Inf") ? Double.POSITIVE_INFINITY : Double.valueOf(value));
    }
    return values;
  }

  /** Returns the API's answer under a path, without the envelope. */
  public JsonNode data(String path) throws IOException, InterruptedException {
    return json("api/v1/" + path).path("data");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PROGRAM_MAX_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    client.close();
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(ask(path).body());
  }

  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(api.resolve(path)).build(), BodyHandlers.ofString());
  }
}
