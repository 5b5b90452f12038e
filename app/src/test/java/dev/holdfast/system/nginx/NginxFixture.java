package dev.holdfast.system.nginx;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.RequestHead;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real nginx with the real configuration, in front of stubs. */
public final class NginxFixture implements AutoCloseable {
  public static final String PREFIX = "/api/fileserver/";

  private static final Duration TIMEOUT = Patience.STEP;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final List<StubSidecar> sidecars;
  private final NginxProcess nginx;

  private NginxFixture(Path directory, List<StubSidecar> sidecars, NginxProcess nginx) {
    this.directory = directory;
    this.sidecars = sidecars;
    this.nginx = nginx;
  }

  public static NginxFixture start(Path directory, int sidecars) throws IOException {
    return start(directory, sidecars, NginxConfig.Limits.DEFAULT);
  }

  public static NginxFixture start(Path directory, int sidecars, NginxConfig.Limits limits)
      throws IOException {
    Files.createDirectories(directory.resolve("published"));
    var stubs = new ArrayList<StubSidecar>();
    for (int i = 0; i < sidecars; i++) {
      stubs.add(StubSidecar.start());
    }
    var config =
        config(
            directory, FreePorts.one(), stubs.stream().map(StubSidecar::address).toList(), limits);
    var nginx = NginxProcess.start(program(), directory.resolve("nginx"), config);
    return new NginxFixture(directory, List.copyOf(stubs), nginx);
  }

  /** Returns workers that may read what the user of the test has made. */
  public static NginxConfig.Workers workers() {
    return NginxConfig.Workers.DEFAULT.withUser(
        System.getProperty("user.name").equals("root") ? "root" : "");
  }

  public static NginxConfig config(
      Path directory, int port, List<String> sidecars, NginxConfig.Limits limits) {
    return new NginxConfig(
        new NginxConfig.Listen("127.0.0.1", port),
        sidecars,
        directory.resolve("published"),
        new NginxConfig.Logs(accessLog(directory), NginxConfig.Logs.STDERR),
        workers(),
        limits,
        false,
        HostedServices.NGINX);
  }

  Path accessLog() {
    return accessLog(directory);
  }

  private static Path accessLog(Path directory) {
    return directory.resolve("access.log");
  }

  public static Path program() throws IOException {
    return NginxProcess.find(Optional.empty());
  }

  public int port() {
    return nginx.port();
  }

  /** Returns the process id of the master. */
  public long pid() {
    return nginx.processes().getFirst().pid();
  }

  public StubSidecar sidecar() {
    return sidecars.getFirst();
  }

  public List<StubSidecar> sidecars() {
    return sidecars;
  }

  /** Returns the requests of all sidecars, one sidecar after the other. */
  List<RequestHead> requests() {
    return sidecars.stream().flatMap(sidecar -> sidecar.requests().stream()).toList();
  }

  List<String> requestLines() {
    return requests().stream().map(RequestHead::startLine).toList();
  }

  /** Publishes a file under its stored form, with the mtime that makes its ETag. */
  public void publish(String stored, String content, long mtimeS) throws IOException {
    var file = directory.resolve("published").resolve(stored);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content, UTF_8);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(mtimeS)));
  }

  /** Puts a link to a directory in the place of a file, as of one that is known absent. */
  void link(String stored) throws IOException {
    Path published = directory.resolve("published");
    Files.createDirectories(published.resolve(".cold"));
    Files.createSymbolicLink(published.resolve(stored), Path.of(".cold"));
  }

  void withdraw(String stored) throws IOException {
    Files.delete(directory.resolve("published").resolve(stored));
  }

  public RawResponse ask(String method, String target, String... headers) throws IOException {
    return ask(port(), method, target, headers);
  }

  /** Returns a connection to an nginx of this machine. */
  public static RawHttp connect(int port) throws IOException {
    return RawHttp.connect(URI.create("http://127.0.0.1:" + port), TIMEOUT);
  }

  /**
   * Sends a request without a body on a connection of its own. Each header is {@code Name: value}.
   */
  public static RawResponse ask(int port, String method, String target, String... headers)
      throws IOException {
    return ask(port, method, target, new byte[0], headers);
  }

  /** Sends a request with a body on a connection of its own. */
  public static RawResponse ask(
      int port, String method, String target, byte[] body, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add("Connection: close");
    if (body.length > 0) {
      all.add("Content-Length: " + body.length);
    }
    try (RawHttp connection = connect(port)) {
      connection.request(method, target, all.toArray(String[]::new)).bytes(body);
      return connection.response();
    }
  }

  /** Stops nginx, which then writes its log out, and reads the log. */
  public List<JsonNode> stopAndReadLog() throws IOException {
    nginx.close();
    var lines = new ArrayList<JsonNode>();
    for (String line : Files.readAllLines(accessLog(), UTF_8)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /** Returns the body of a problem, parsed. */
  static JsonNode problem(RawResponse answer) throws IOException {
    if (!answer.onlyHeader("Content-Type").equals("application/problem+json")) {
      throw new AssertionError("not a problem: " + answer.headers() + " " + answer.text());
    }
    return JSON.readTree(answer.text());
  }

  @Override
  public void close() throws IOException {
    nginx.close();
    for (StubSidecar sidecar : sidecars) {
      sidecar.close();
    }
  }
}
