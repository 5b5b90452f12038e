package dev.holdfast.counters.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.cli.Main;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An actor in a process of its own, on an address of this machine. */
final class ActorProcess implements AutoCloseable {
  private final String host;
  private final int port;
  private final Process process;

  private ActorProcess(String host, int port, Process process) {
    this.host = host;
    this.port = port;
    this.process = process;
  }

  /** Starts {@code holdfast counters} and waits until it is healthy. */
  static ActorProcess start(int id, int port, Path data, String... options) throws Exception {
    String host = "127.0.0." + id;
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of("counters", "--id", "" + id, "--bind", host, "--port", "" + port));
    command.addAll(List.of("--data-dir", data.toString()));
    command.addAll(List.of(options));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve(id + ".log").toFile()));
    var actor = new ActorProcess(host, port, builder.start());
    Await.until("actor " + id + " is healthy", actor::isHealthyOrDead);
    return actor;
  }

  private boolean isHealthyOrDead() {
    try {
      return get("/health").status() == 200;
    } catch (IOException notYet) {
      return !process.isAlive();
    }
  }

  String address() {
    return host + ":" + port;
  }

  RawResponse get(String target) throws IOException {
    try (RawHttp http = connect()) {
      return http.request("GET", target).response();
    }
  }

  RawResponse post(String target, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    try (RawHttp http = connect()) {
      return http.request("POST", target, "Content-Length: " + bytes.length)
          .bytes(bytes)
          .response();
    }
  }

  JsonNode status() throws IOException {
    return new ObjectMapper().readTree(get("/status").text());
  }

  private RawHttp connect() throws IOException {
    return RawHttp.connect(URI.create("http://" + address()), Patience.STEP);
  }

  /** Kills it (SIGKILL), and waits until it is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
