package dev.holdfast.system.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.sidecar.Epoch;
import dev.holdfast.system.Api;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.Launcher;
import dev.holdfast.system.Published;
import dev.holdfast.system.RingStack;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host restarts after a power failure, and nginx is up before the sidecar. The published files
 * of the last boot are empty, torn or were deleted, and nobody may reach them.
 */
@Timeout(1_800)
final class RestartedHostTest {
  private static final String BEFORE = "boot-before";

  /** Requests for a cold file. One in 16 goes to the sidecar, so of these some do not. */
  private static final int TRIES = 8;

  private static final String BLOB = "a blob";
  private static final String ACTION_DIGEST = "ac".repeat(32);

  @TempDir Path dir;

  private final int sidecarPort = FreePorts.one();
  private final int nginxPort = FreePorts.one();
  private final List<String> ring = List.of("127.0.0.1:" + sidecarPort);
  private final List<Process> sidecars = new ArrayList<>();
  private final Api front = new Api(URI.create("http://127.0.0.1:" + nginxPort));

  /** The acknowledged content of each target. Deleted ones are not in it. */
  private final Map<String, String> acknowledged = new TreeMap<>();

  private FileServer standIn;
  private NginxProcess nginx;

  RestartedHostTest() throws IOException {}

  @BeforeEach
  void start() throws Exception {
    standIn = FileServer.start(FileServerConfig.real(dir.resolve("files")).withLatencyMs(5));
    sidecar(Map.of(Epoch.BOOT_VARIABLE, BEFORE));
    write();
    sidecars.getFirst().destroyForcibly().waitFor();
    loseWhatWasNotForced();
  }

  @AfterEach
  void stop() throws Exception {
    if (nginx != null) {
      nginx.close();
    }
    for (Process sidecar : sidecars) {
      sidecar.destroyForcibly().waitFor();
    }
    standIn.close();
  }

  @Test
  void nginxAlone_reachesNothingOfTheLastBoot() throws Exception {
    startNginx();
    var targets = new ArrayList<>(acknowledged.keySet());
    targets.add(Api.PATH + "deleted");
    for (String stored : List.of("empty", "torn", "deleted", "cold")) {
      for (String into : List.of(epochBefore(), epochBefore() + "/.cold")) {
        targets.add(Api.PATH + into + "/" + stored);
        targets.add(Api.PATH + into.replace("+", "%2B").replace("/", "%2F") + "%2F" + stored);
        targets.add(Api.PATH + "../" + into + "/" + stored);
        targets.add(Api.PATH + "..%2F" + into + "%2F" + stored);
        targets.add("/_published/../" + into + "/" + stored);
        targets.add("/_published/" + into + "/" + stored);
      }
      targets.add("/_published/" + stored);
    }
    for (String target : targets) {
      for (String method : List.of("GET", "HEAD")) {
        for (int i = 0; i < TRIES; i++) {
          RawResponse answer = front.ask(method, target);
          assertThat(answer.status()).as("%s %s", method, target).isIn(400, 404, 503);
        }
      }
    }
  }

  /** The directory of this boot is made while nginx already runs. */
  @Test
  void whenTheSidecarIsBack_allIsReadAsItWasAcknowledged() throws Exception {
    startNginx();
    sidecar(Map.of());
    assertIsRead();
    assertThat(Epoch.published(staging(), epochBefore())).doesNotExist();

    // nginx serves it alone, and it is still current: a killed process loses nothing on the disk.
    sidecars.getLast().destroyForcibly().waitFor();
    for (String target : acknowledged.keySet()) {
      if (target.startsWith(Api.PATH)) {
        assertThat(front.ask("GET", target).text()).as(target).isEqualTo(acknowledged.get(target));
      }
    }
    assertThat(front.get("deleted").status()).isEqualTo(503);
  }

  /** In any order of the starts, only the sidecar removes the files of the last boot. */
  @Test
  void theSidecarFirst_thenNginx() throws Exception {
    sidecar(Map.of());
    startNginx();
    assertIsRead();
    assertThat(Epoch.published(staging(), epochBefore())).doesNotExist();
  }

  /** nginx's configuration was not printed anew. */
  @Test
  void nginxOfAnotherBoot_asksTheSidecarForAll() throws Exception {
    sidecar(Map.of());
    startNginx(Epoch.published(staging(), epochBefore()));
    assertIsRead();
  }

  private void assertIsRead() throws IOException {
    for (Map.Entry<String, String> write : acknowledged.entrySet()) {
      RawResponse answer = front.ask("GET", write.getKey());
      assertThat(answer.status()).as(write.getKey()).isEqualTo(200);
      assertThat(answer.text()).as(write.getKey()).isEqualTo(write.getValue());
    }
    assertThat(front.get("deleted").status()).isEqualTo(404);
  }

  private void write() throws Exception {
    var sidecar = new Api(URI.create("http://" + ring.getFirst()));
    for (String name :
        List.of("empty", "torn", "whole", "a%20b", "a:b", "a(b)", "cold", "cold%20too")) {
      put(Api.PATH + name, "the content of " + name);
    }
    put("/cas/" + CasFixture.sha256(BLOB.getBytes(UTF_8)), BLOB);
    put("/ac/" + ACTION_DIGEST, "an action");
    assertThat(sidecar.put("deleted", "deleted since").status()).isEqualTo(201);
    assertThat(sidecar.delete("deleted").status()).isEqualTo(200);
    Await.until("all is settled", () -> sidecar.ask("POST", "/settle").status() == 200);
  }

  private void put(String target, String body) throws IOException {
    RawResponse answer = NginxFixture.ask(sidecarPort, "PUT", target, body.getBytes(UTF_8));
    assertThat(answer.status()).as(target).isIn(200, 201);
    acknowledged.put(target, body);
  }

  /** Damages the directory as a power failure may: no entry and no byte of it was forced. */
  private void loseWhatWasNotForced() throws Exception {
    Path published = Epoch.published(staging(), epochBefore());
    replace(published.resolve("empty"), "");
    replace(published.resolve("torn"), "the con");
    replace(published.resolve("deleted"), "deleted since");
    replace(published.resolve("cas-" + CasFixture.sha256(BLOB.getBytes(UTF_8))), "a bl");
    for (String stored : List.of("cold", "~cold~20too")) {
      Files.delete(published.resolve(stored));
      replace(published.resolve(".cold").resolve(stored), "");
    }
    replace(published.resolve(".cold/deleted"), "deleted since");
  }

  /**
   * Replaces a file by a new one, since a kept write is another name of the old one, and forced.
   */
  private static void replace(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.writeString(file, content);
  }

  private Path staging() {
    return dir.resolve("staging");
  }

  private String epochBefore() {
    return Epoch.of(BEFORE, ring);
  }

  /** Starts nginx with the configuration of {@code up} and {@code nginx-config}. */
  private void startNginx() throws IOException {
    startNginx(Published.in(staging(), ring));
  }

  private void startNginx(Path published) throws IOException {
    nginx =
        NginxProcess.start(
            NginxFixture.program(),
            dir.resolve("nginx"),
            new NginxConfig(
                new NginxConfig.Listen("127.0.0.1", nginxPort),
                ring,
                published,
                new NginxConfig.Logs(dir.resolve("access.log"), NginxConfig.Logs.STDERR),
                NginxFixture.workers(),
                NginxConfig.Limits.DEFAULT,
                false,
                HostedServices.NGINX));
  }

  private void sidecar(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        Launcher.of(
            "sidecar",
            "--port",
            Integer.toString(sidecarPort),
            "--ring",
            ring.getFirst(),
            "--self",
            ring.getFirst(),
            "--origin",
            standIn.uri().toString(),
            "--staging-dir",
            staging().toString());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(dir.resolve("sidecar.log").toFile());
    sidecars.add(builder.start());
    var api = new Api(URI.create("http://" + ring.getFirst()));
    Await.until("the sidecar is ready", () -> RingStack.health(api) == 200);
  }
}
