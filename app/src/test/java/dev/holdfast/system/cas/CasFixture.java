package dev.holdfast.system.cas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Fault;
import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.Published;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole stack, asked for blobs through nginx. The stand-ins are quick, and share one directory.
 *
 * <p>Threading: requests may be made from any number of threads.
 */
public final class CasFixture implements AutoCloseable {
  public static final CasConfig CONFIG = CasConfig.DEFAULT;

  private static final long LATENCY_MS = 5;

  public final StackFacts facts;
  private final StackConfig config;
  private final Stack stack;
  private final Api front;

  private CasFixture(StackConfig config, Stack stack) {
    this.config = config;
    this.stack = stack;
    this.facts = TrafficStack.facts(stack, config);
    this.front = new Api(stack.front());
  }

  public static CasFixture start(Path directory) throws Exception {
    return start(directory, CONFIG);
  }

  public static CasFixture start(Path directory, CasConfig cas) throws Exception {
    return start(directory, cas, TrafficStack.files(Mode.BEHIND, 0), StagingLimits.DEFAULT);
  }

  public static CasFixture start(
      Path directory, CasConfig cas, FilesConfig files, StagingLimits staging) throws Exception {
    StackConfig base =
        TrafficStack.withFaults(
            TrafficStack.withLatencyMs(TrafficStack.config(directory, files, staging), LATENCY_MS),
            Faults.real().without(Fault.STALE_NAMES));
    StackConfig config = base.withSettings(base.settings().withCas(cas));
    return new CasFixture(config, TrafficStack.start(config));
  }

  public Api front() {
    return front;
  }

  void stopSidecar(int index) {
    stack.sidecars().get(index).close();
  }

  /** A sidecar, without nginx. */
  public Api sidecar(int index) {
    return new Api(java.net.URI.create("http://" + config.ring().get(index)));
  }

  /** The sidecars, as the ring names them. */
  public List<String> ring() {
    return config.ring();
  }

  int ownerOf(String digest) {
    return ProcessStack.ownerOf(config.ring(), "cas-" + digest);
  }

  public static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public RawResponse get(String digest, String... headers) throws IOException {
    return front.ask("GET", "/cas/" + digest, headers);
  }

  public RawResponse put(String digest, byte[] body, String... headers) throws IOException {
    return send("PUT", "/cas/" + digest, body, headers);
  }

  RawResponse post(byte[] body, String... headers) throws IOException {
    return send("POST", "/cas", body, headers);
  }

  public RawResponse send(String method, String target, byte[] body, String... headers)
      throws IOException {
    return send(front, method, target, body, headers);
  }

  public static RawResponse send(
      Api to, String method, String target, byte[] body, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length);
    try (RawHttp http = to.connect()) {
      http.request(method, target, all.toArray(String[]::new)).bytes(body);
      return http.finalResponse();
    }
  }

  /** Puts a blob that is to be new; returns its digest. */
  public String given(String text) throws Exception {
    byte[] body = bytes(text);
    String digest = sha256(body);
    assertThat(put(digest, body).status()).isEqualTo(201);
    return digest;
  }

  /** Where the stand-ins have a blob. */
  public Path atOrigin(String digest) {
    return config.dataDir().resolve("files").resolve("cas-" + digest);
  }

  public Path published(String name) {
    return Published.in(config.stagingDir(), config.ring()).resolve(name);
  }

  /** All requests of a method that came to the file servers. */
  public long atOrigins(String method) {
    return facts.standIns().stream()
        .map(FileServer::counts)
        .mapToLong(counts -> counts.requests().getOrDefault(method, 0L))
        .sum();
  }

  /** The sum of a meter over all sidecars, by its name and labels as they are spelt. */
  double meter(String sample) throws IOException {
    double sum = 0;
    for (int i = 0; i < config.ring().size(); i++) {
      String text = sidecar(i).ask("GET", "/metrics").text();
      sum +=
          text.lines()
              .filter(line -> line.startsWith(sample + " "))
              .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
              .sum();
    }
    return sum;
  }

  /** What the staging store shows of files, pending and published ones, but for given names. */
  void assertNothingKeptBut(String... names) throws IOException {
    try (Stream<Path> published = Files.list(Published.in(config.stagingDir(), config.ring()))) {
      assertThat(published.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(names);
    }
    facts.assertNothingSpooled();
  }

  @Override
  public void close() {
    facts.assertNothingForbidden();
    stack.close();
  }
}
