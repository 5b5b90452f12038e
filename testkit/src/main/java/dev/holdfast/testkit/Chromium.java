package dev.holdfast.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A headless Chromium with one page, driven by the DevTools protocol.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Chromium implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final int ANSWER_MAX_S = Patience.STEP_S;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final HttpClient client;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private WebSocket socket;
  private int lastId;

  private Chromium(Process process, HttpClient client) {
    this.process = process;
    this.client = client;
  }

  /** Returns true if this machine has a Chromium. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * Opens a page on a screen of 1920 by 1080.
   *
   * @param profile an empty directory
   */
  public static Chromium open(URI page, Path profile) throws Exception {
    var command =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--window-size=1920,1080",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                page.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    // Its temporary files are in the profile, and go with it.
    command.environment().put("TMPDIR", profile.toString());
    Process process = command.start();
    var chromium = new Chromium(process, HttpClient.newHttpClient());
    try {
      chromium.connect(profile.resolve("DevToolsActivePort"));
      return chromium;
    } catch (Exception e) {
      chromium.close();
      throw e;
    }
  }

  /** Returns the value of a JavaScript expression in the page, as JSON has it. */
  public JsonNode evaluate(String expression) throws Exception {
    ObjectNode parameters = JSON.createObjectNode();
    parameters.put("expression", expression).put("returnByValue", true).put("awaitPromise", true);
    JsonNode result = call("Runtime.evaluate", parameters);
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** Gives the window another size, in pixels. */
  public void resize(int width, int height) throws Exception {
    ObjectNode size = JSON.createObjectNode();
    size.put("width", width).put("height", height).put("deviceScaleFactor", 1).put("mobile", false);
    call("Emulation.setDeviceMetricsOverride", size);
    // Observers of sizes are told before the second of two frames.
    evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))");
  }

  /** Writes a picture of the page, as a PNG. */
  public void screenshot(Path file) throws Exception {
    JsonNode shot = call("Page.captureScreenshot", JSON.createObjectNode().put("format", "png"));
    Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
    client.shutdownNow();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join()); // they write to the profile until they end
  }

  private void connect(Path portFile) throws Exception {
    Await.until(
        "Chromium listens",
        () -> Files.isRegularFile(portFile) && Files.readAllLines(portFile).size() >= 2);
    String port = Files.readAllLines(portFile).getFirst();
    Await.until("Chromium has a page", () -> !page(port).isMissingNode());
    socket =
        client
            .newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(ANSWER_MAX_S))
            .buildAsync(URI.create(page(port).get("webSocketDebuggerUrl").asText()), new Messages())
            .join();
  }

  private JsonNode page(String port) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"));
    JsonNode targets = JSON.readTree(client.send(request.build(), BodyHandlers.ofString()).body());
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        return target;
      }
    }
    return JSON.missingNode();
  }

  private JsonNode call(String method, ObjectNode parameters) throws Exception {
    ObjectNode request = JSON.createObjectNode();
    request.put("id", ++lastId).put("method", method).set("params", parameters);
    socket.sendText(request.toString(), true).join();
    while (true) {
      JsonNode message = messages.poll(ANSWER_MAX_S, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("Chromium does not answer " + method);
      }
      if (message.path("id").asInt() == lastId) {
        if (message.has("error")) {
          throw new AssertionError(method + ": " + message.get("error"));
        }
        return message.get("result");
      }
    }
  }

  /** Puts messages together from their parts. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder begun = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      begun.append(part);
      if (last) {
        try {
          messages.add(JSON.readTree(begun.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        begun.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
