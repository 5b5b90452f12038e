package dev.holdfast.fileserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The counts catch each act that a front must never do, and never charge a well-behaved front. */
final class FileServerCountsTest {
  private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);

  @TempDir Path dir;
  private final List<Wire> wires = new ArrayList<>();
  private FileServer server;

  @BeforeEach
  void start() throws IOException {
    server = FileServer.start(FileServerConfig.real(dir).withLatencyMs(1));
  }

  @AfterEach
  void stop() throws IOException {
    for (Wire wire : wires) {
      wire.close();
    }
    server.close();
  }

  @Test
  void tenAtOnce_areAllowed() throws Exception {
    holdGets(10);

    assertThat(server.counts().inProgress()).isEqualTo(10);
    assertThat(server.counts().inProgressMax()).isEqualTo(10);
    assertThat(server.counts().connectionsMax()).isEqualTo(10);
    assertThat(server.counts().forbidden()).isZero();
  }

  @Test
  void eleventhAtOnce_isCounted() throws Exception {
    holdGets(11);

    assertThat(server.counts().inProgressMax()).isEqualTo(11);
    assertThat(server.counts().aboveTen()).isEqualTo(1);
    assertThat(server.counts().forbidden()).isEqualTo(1);
  }

  @Test
  void refusedRequest_isCountedToo() throws Exception {
    holdGets(15);

    assertThat(Wire.get(server.uri(), "sixteenth").status()).isEqualTo(429);

    assertThat(server.counts().refused()).isEqualTo(1);
    assertThat(server.counts().aboveTen()).isEqualTo(6);
    assertThat(server.gets("sixteenth")).isEqualTo(1);
  }

  @Test
  void oneAfterTheOther_neverOverlaps() throws IOException {
    var large = new byte[100_000];
    try (var wire = new Wire(server.uri())) {
      for (int i = 0; i < 50; i++) {
        wire.startPut("name", large.length).send(large).answer();
        wire.request("GET", Wire.FILES + "name").answer();
        wire.request("DELETE", Wire.FILES + "name").answer();
      }
    }

    assertThat(server.counts().forbidden()).isZero();
    assertThat(server.counts().inProgressMax()).isEqualTo(1);
    assertThat(server.counts().connectionsMax()).isEqualTo(1);
  }

  @Test
  void overlap_ofOneName_isCounted() throws Exception {
    server.troubles().start(Trouble.HANG);
    hold("GET", "name", 1);
    hold("GET", "name", 2);

    assertThat(server.counts().overlaps()).isEqualTo(1);
    assertThat(server.counts().forbidden()).isEqualTo(1);
  }

  @Test
  void overlap_withAnAbandonedRequest_isCounted() throws Exception {
    server.troubles().start(Trouble.HANG);
    hold("GET", "name", 1);
    wires.getFirst().close();

    hold("GET", "name", 2);

    assertThat(server.counts().overlaps()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void overlap_withARequestWhoseConnectionWasReset_isCounted(String method) throws Exception {
    server.troubles().start(Trouble.HANG);
    hold(method, "name", 1);
    wires.getFirst().reset();

    hold("PUT", "name", 2);
    assertThat(server.counts().overlaps()).isEqualTo(1);

    wires.getLast().reset();
    hold("GET", "name", 3);
    assertThat(server.counts().overlaps()).isEqualTo(2);
  }

  @Test
  void overlap_withAnUploadThatWasResetMidway_isCounted() throws Exception {
    server.troubles().start(Trouble.HANG);
    wires.add(new Wire(server.uri()).startPut("name", 1000).send(new byte[500]));
    Await.until("the upload is held", () -> server.troubles().held() == 1);
    wires.getFirst().reset();

    hold("GET", "name", 2);

    assertThat(server.counts().overlaps()).isEqualTo(1);
  }

  @Test
  void overlap_ofTwoNames_isAllowed() throws Exception {
    server.troubles().start(Trouble.HANG);
    hold("GET", "one", 1);
    hold("DELETE", "other", 2);

    assertThat(server.counts().forbidden()).isZero();
  }

  @Test
  void chunkedUpload_isCounted() throws IOException {
    Wire.putChunked(server.uri(), "name", "text");

    assertThat(server.counts().chunkedUploads()).isEqualTo(1);
    assertThat(server.counts().forbidden()).isEqualTo(1);
  }

  @Test
  void requests_areCountedByMethodAndName() throws IOException {
    Wire.put(server.uri(), "a%20b", BODY);
    Wire.get(server.uri(), "a%20b");
    Wire.get(server.uri(), "a%20b");
    Wire.get(server.uri(), "other");
    Wire.delete(server.uri(), "a%20b");
    Wire.exchange(server.uri(), "POST", Wire.FILES + "a%20b");

    assertThat(server.counts().requests())
        .isEqualTo(Map.of("PUT", 1L, "GET", 3L, "DELETE", 1L, "other", 1L));
    assertThat(server.counts().requestsTotal()).isEqualTo(6);
    assertThat(server.gets("a b")).isEqualTo(2);
    assertThat(server.gets("never")).isZero();
  }

  @Test
  void counts_overHttp_areTheSame() throws Exception {
    holdGets(11);

    Answer answer = Wire.exchange(server.uri(), "GET", "/stand-in/counts");

    assertThat(answer.contentType()).isEqualTo("application/json");
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(json.get("aboveTen").asLong()).isEqualTo(1);
    assertThat(json.get("inProgressMax").asInt()).isEqualTo(11);
    assertThat(json.get("requests").get("GET").asLong()).isEqualTo(11);
  }

  private void holdGets(int count) throws Exception {
    server.troubles().start(Trouble.HANG);
    for (int i = 1; i <= count; i++) {
      hold("GET", "name-" + i, i);
    }
  }

  private void hold(String method, String name, int held) throws Exception {
    var wire = new Wire(server.uri());
    wires.add(wire);
    wire.request(method, Wire.FILES + name);
    Await.until("request " + held + " is held", () -> server.troubles().held() == held);
  }
}
