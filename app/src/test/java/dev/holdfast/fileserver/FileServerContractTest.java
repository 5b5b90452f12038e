package dev.holdfast.fileserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of the real file server, which the stand-in keeps, too. It runs against the server
 * in the system property {@code holdfast.contract.fileServer}, such as {@code
 * http://127.0.0.1:1234}, or against stand-ins of its own.
 *
 * <p>No DELETE here may overlap another request of the same name: it would hang the real server.
 */
final class FileServerContractTest {
  private static final String TARGET = "holdfast.contract.fileServer";
  private static final int LATENCY_MS = 333;
  private static final int IN_FLIGHT_MAX = 15;
  private static final long SEED = new Random().nextLong();
  private static final Random random = new Random(SEED);

  @TempDir static Path dir;

  private static final List<FileServer> standIns = new ArrayList<>();

  /** A server with the latency of the real one. */
  private static URI real;

  /** The same server, or one that sleeps less, for tests that do not depend on the latency. */
  private static URI base;

  private final List<String> names = new ArrayList<>();

  @BeforeAll
  static void findTarget() throws IOException {
    System.out.println("seed " + SEED);
    String target = System.getProperty(TARGET);
    if (target != null && !target.isBlank()) {
      real = URI.create(target);
      base = real;
      return;
    }
    var config = FileServerConfig.real(dir);
    standIns.add(FileServer.start(config));
    standIns.add(FileServer.start(config.withLatencyMs(10)));
    real = standIns.get(0).uri();
    base = standIns.get(1).uri();
  }

  @AfterAll
  static void stop() {
    standIns.forEach(FileServer::close);
  }

  @AfterEach
  void deleteFiles() throws IOException {
    for (String name : names) {
      Wire.delete(base, name);
    }
  }

  @Test
  void put_newName_isCreated() throws IOException {
    String name = name();

    Answer put = Wire.put(base, name, bytes("hello"));

    assertThat(put.status()).isEqualTo(201);
    assertThat(put.body()).isEmpty();
    Answer get = Wire.get(base, name);
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.contentType()).isEqualTo("application/octet-stream");
    assertThat(get.text()).isEqualTo("hello");
  }

  @Test
  void put_existing_isReplaced() throws IOException {
    String name = name();
    Wire.put(base, name, bytes("a long first version"));

    assertThat(Wire.put(base, name, bytes("short")).status()).isEqualTo(201);

    assertThat(Wire.get(base, name).text()).isEqualTo("short");
  }

  @Test
  void put_empty_isAnEmptyFile() throws IOException {
    String name = name();

    assertThat(Wire.put(base, name, new byte[0]).status()).isEqualTo(201);

    Answer get = Wire.get(base, name);
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 2048, 2049, 3_000_000})
  void get_anySize_isWhatWasPut(int size) throws IOException {
    String name = name();
    var body = new byte[size];
    random.nextBytes(body);
    Wire.put(base, name, body);

    Answer get = Wire.get(base, name);

    assertThat(get.whole()).isTrue();
    assertThat(Arrays.equals(get.body(), body)).as("same bytes").isTrue();
  }

  @Test
  void get_absent_is404() throws IOException {
    Answer get = Wire.get(base, name());

    assertThat(get.status()).isEqualTo(404);
    assertThat(get.text().strip()).isEqualTo("File not found.");
    assertThat(get.contentType()).isEqualTo("text/plain;charset=utf-8");
  }

  @Test
  void delete_existing_isGone() throws IOException {
    String name = name();
    Wire.put(base, name, bytes("x"));

    assertThat(Wire.delete(base, name).status()).isEqualTo(200);

    assertThat(Wire.get(base, name).status()).isEqualTo(404);
  }

  @Test
  void delete_absent_is200() throws IOException {
    Answer delete = Wire.delete(base, name());

    assertThat(delete.status()).isEqualTo(200);
    assertThat(delete.text().strip()).isEqualTo("File not found. Already deleted.");
  }

  @Test
  void name_percentEncoded_isDecodedOnce() throws IOException {
    String name = name();
    String plain = track(name + "%20%C3%A9");
    String twice = track(name + "%2520");
    Wire.put(base, plain, bytes("spaced"));
    Wire.put(base, twice, bytes("twice"));

    assertThat(
            Wire.get(base, "%" + Integer.toHexString(name.charAt(0)) + plain.substring(1)).text())
        .isEqualTo("spaced");
    assertThat(Wire.get(base, twice).text()).isEqualTo("twice");
    assertThat(Wire.get(base, name + "%20").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+", "%25", "%3F", "%23", "%5C", "*", ".hidden", "..x", "~", ":", "%0A", "%FF"})
  void name_withOddCharacters_isOneFile(String odd) throws IOException {
    String name = track(odd + name());

    assertThat(Wire.put(base, name, bytes(odd)).status()).isEqualTo(201);

    assertThat(Wire.get(base, name).text()).isEqualTo(odd);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a%2Fb", "a%2fb", "..%2Fx", "a//b"})
  void name_emptyOrWithSlash_is404(String name) throws IOException {
    Answer get = Wire.get(base, name);

    assertThat(get.status()).isEqualTo(404);
    assertThat(get.text().strip()).isEqualTo("404 page not found");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/fileserver/a/, /api/fileserver/a",
    "/api/fileserver/a%2F, /api/fileserver/a",
    "/api/fileserver//a, /api/fileserver/a",
    "/api/fileserver/%2Fa, /api/fileserver/a",
    "//api/fileserver/a, /api/fileserver/a",
    "/api/fileserver/b/../a, /api/fileserver/a",
    "/api/fileserver/./%C3%A9, /api/fileserver/%C3%A9"
  })
  void path_uncleaned_isRedirected(String path, String cleaned) throws IOException {
    Answer get = Wire.exchange(base, "GET", path);

    assertThat(get.status()).isIn(301, 302, 307, 308);
    assertThat(get.header("location")).hasValue(cleaned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "%2e%2e"})
  void name_dotDot_is500(String name) throws IOException {
    Answer get = Wire.get(base, name);

    assertThat(get.status()).isEqualTo(500);
    assertThat(get.text().strip()).startsWith("open ").endsWith(": is a directory");
  }

  @Test
  void name_of255Bytes_isAFile() throws IOException {
    String name = track(name() + "n".repeat(255 - names.getFirst().length()));

    assertThat(Wire.put(base, name, bytes("x")).status()).isEqualTo(201);
  }

  @Test
  void name_of256Bytes_is500() throws IOException {
    Answer get = Wire.get(base, "n".repeat(256));

    assertThat(get.status()).isEqualTo(500);
    assertThat(get.text().strip()).endsWith("file name too long");
    assertThat(Wire.put(base, "n".repeat(256), bytes("x")).status()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "POST", "PATCH"})
  void method_other_is405(String method) throws IOException {
    Answer answer = Wire.exchange(base, method, Wire.FILES + name());

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow").orElse("")).contains("DELETE", "GET", "PUT");
  }

  @Test
  void put_chunked_removesTheFile() throws IOException {
    String name = name();
    Wire.put(base, name, bytes("old"));

    Answer put = Wire.putChunked(base, name, "new");

    assertThat(put.status()).isEqualTo(500);
    assertThat(put.text().strip()).isEqualTo("Write corruption, please retry.");
    assertThat(Wire.get(base, name).status()).isEqualTo(404);
  }

  @Test
  void put_brokenOff_removesTheFile() throws IOException {
    String name = name();
    Wire.put(base, name, bytes("old"));

    try (var wire = new Wire(base)) {
      Answer put = wire.startPut(name, 10).send("half").breakOff().answer();
      assertThat(put.status()).isEqualTo(500);
    }

    assertThat(Wire.get(base, name).status()).isEqualTo(404);
  }

  @Test
  void put_abandoned_isCarriedOut() throws Exception {
    String name = name();
    Wire.put(base, name, bytes("old"));

    try (var wire = new Wire(base)) {
      wire.startPut(name, 3).send("new");
    }

    Await.until("the abandoned PUT", () -> Wire.get(base, name).text().equals("new"));
    Wire.get(base, name()); // gives that PUT the time to let go of its name before the DELETE
  }

  @Test
  void put_twiceAtOnce_areBothCreated() throws IOException {
    String name = name();
    try (var one = new Wire(base);
        var other = new Wire(base)) {
      one.startPut(name, 4).send("aaaa");
      other.startPut(name, 4).send("bbbb");

      assertThat(one.answer().status()).isEqualTo(201);
      assertThat(other.answer().status()).isEqualTo(201);
    }

    assertThat(Wire.get(base, name).text()).matches("[ab]{4}");
  }

  @Test
  void get_twiceAtOnce_areBothAnswered() throws IOException {
    String name = name();
    Wire.put(base, name, bytes("x"));
    try (var one = new Wire(base);
        var other = new Wire(base)) {
      one.request("GET", Wire.FILES + name);
      other.request("GET", Wire.FILES + name);

      assertThat(one.answer().text()).isEqualTo("x");
      assertThat(other.answer().text()).isEqualTo("x");
    }
  }

  @Test
  void connection_isKept() throws IOException {
    String name = name();
    try (var wire = new Wire(base)) {
      assertThat(wire.startPut(name, 1).send("x").answer().status()).isEqualTo(201);
      assertThat(wire.request("GET", Wire.FILES + name).answer().text()).isEqualTo("x");
      assertThat(wire.request("POST", Wire.FILES + name).answer().status()).isEqualTo(405);
      assertThat(wire.request("DELETE", Wire.FILES + name).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void request_any_sleepsFirst() throws IOException {
    String name = name();

    assertThat(tookMs(() -> Wire.put(real, name, bytes("x")))).isGreaterThanOrEqualTo(LATENCY_MS);
    assertThat(tookMs(() -> Wire.get(real, name))).isGreaterThanOrEqualTo(LATENCY_MS);
    assertThat(tookMs(() -> Wire.delete(real, name))).isGreaterThanOrEqualTo(LATENCY_MS);
  }

  @Test
  void request_beyondTheLimit_is429() throws IOException {
    int requests = IN_FLIGHT_MAX + 5;
    List<Wire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < requests; i++) {
        wires.add(new Wire(real));
      }
      for (Wire wire : wires) {
        wire.request("GET", Wire.FILES + name());
      }
      List<Answer> answers = new ArrayList<>();
      for (Wire wire : wires) {
        answers.add(wire.answer());
      }

      List<Answer> refused = answers.stream().filter(a -> a.status() == 429).toList();
      assertThat(refused).hasSize(requests - IN_FLIGHT_MAX);
      assertThat(refused.getFirst().text().strip()).isEqualTo("Too many requests. Slow down.");
      assertThat(answers.stream().filter(a -> a.status() == 404)).hasSize(IN_FLIGHT_MAX);
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
      names.clear(); // none of them was made
    }
  }

  private String name() {
    var name = new StringBuilder("contract-");
    random.ints(15, 'a', 'z' + 1).forEach(c -> name.append((char) c));
    return track(name.toString());
  }

  private String track(String rawName) {
    names.add(rawName);
    return rawName;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long tookMs(Step step) throws IOException {
    long start = System.nanoTime();
    step.run();
    return (System.nanoTime() - start) / 1_000_000;
  }

  private interface Step {
    void run() throws IOException;
  }
}
