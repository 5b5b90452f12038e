package dev.holdfast.fileserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault of the real server, on and off. */
final class FileServerFaultsTest {
  private static final int HANGS_MS = 500;

  @TempDir Path dir;
  private final List<FileServer> servers = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    servers.forEach(FileServer::close);
    Files.deleteIfExists(dir.resolve("name")); // JUnit would warn of a link out of its directory
  }

  @Test
  void deadlock_on_deleteThatMeetsAPutHangsTheServerForGood() throws Exception {
    FileServer server = start(FileServerConfig.real(dir).withLatencyMs(1).withInFlightMax(5));
    try (var put = new Wire(server.uri());
        var delete = new Wire(server.uri())) {
      put.startPut("name", 8).send("half");
      awaitSize("name", 4);
      delete.request("DELETE", Wire.FILES + "name");
      Await.until("the DELETE has the lock", () -> hangs(server.uri(), "GET", "other"));

      put.send("rest").answerTimeoutMs(HANGS_MS);

      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(put::answer);
      delete.answerTimeoutMs(HANGS_MS);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(delete::answer);
      while (server.counts().inProgress() < 5) {
        assertThat(hangs(server.uri(), "GET", "another")).isTrue();
      }
      assertThat(Wire.get(server.uri(), "any").status()).isEqualTo(429);
      assertTimeoutPreemptively(Patience.STEP, server::close);
    }
  }

  @Test
  void deadlock_off_deleteWaitsForThePut() throws Exception {
    FileServer server = start(quick(Faults.real().without(Fault.DEADLOCK)));
    try (var put = new Wire(server.uri());
        var delete = new Wire(server.uri())) {
      put.startPut("name", 8).send("half");
      awaitSize("name", 4);
      delete.request("DELETE", Wire.FILES + "name");
      Await.until("both are there", () -> server.counts().inProgress() == 2);

      assertThat(Wire.get(server.uri(), "other").status()).isEqualTo(404);
      assertThat(put.send("rest").answer().status()).isEqualTo(201);
      assertThat(delete.answer().status()).isEqualTo(200);
      assertThat(dir.resolve("name")).doesNotExist();
    }
  }

  @Test
  void mixedPuts_on_twoPutsWriteIntoOneFile() throws Exception {
    FileServer server = start(quick(Faults.real()));
    try (var first = new Wire(server.uri())) {
      first.startPut("name", 8).send("aaaa");
      awaitSize("name", 4);

      assertThat(Wire.put(server.uri(), "name", bytes("bbbbbbbb")).status()).isEqualTo(201);
      assertThat(first.send("aaaa").answer().status()).isEqualTo(201);
    }

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("bbbbaaaa");
  }

  @Test
  void mixedPuts_off_theSecondFollowsTheFirst() throws Exception {
    FileServer server = start(quick(Faults.real().without(Fault.MIXED_PUTS)));
    try (var first = new Wire(server.uri());
        var second = new Wire(server.uri())) {
      first.startPut("name", 8).send("aaaa");
      awaitSize("name", 4);
      second.startPut("name", 8).send("bbbbbbbb");
      Await.until("both are there", () -> server.counts().inProgress() == 2);

      assertThat(first.send("aaaa").answer().status()).isEqualTo(201);
      assertThat(second.answer().status()).isEqualTo(201);
    }

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("bbbbbbbb");
  }

  @Test
  void brokenUploadRemoves_on_theFileIsGone() throws Exception {
    FileServer server = start(quick(Faults.real()));
    Wire.put(server.uri(), "name", bytes("old"));

    try (var wire = new Wire(server.uri())) {
      wire.startPut("name", 10).send("half");
    }

    Await.until("the file is gone", () -> Files.notExists(dir.resolve("name")));
  }

  @Test
  void brokenUploadRemoves_off_theOldContentStays() throws Exception {
    FileServer server = start(quick(Faults.real().without(Fault.BROKEN_UPLOAD_REMOVES)));
    Wire.put(server.uri(), "name", bytes("old"));

    try (var wire = new Wire(server.uri())) {
      wire.startPut("name", 10).send("half");
    }
    Await.until("the upload is over", () -> idleAfter(server, 2));
    assertThat(Wire.putChunked(server.uri(), "name", "new").status()).isEqualTo(500);

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("old");
  }

  @Test
  void staleNames_on_aFileRemovedByAnotherServerIs200() throws IOException {
    FileServer server = start(quick(Faults.real()));
    FileServer other = start(quick(Faults.real()));
    Wire.put(server.uri(), "name", bytes("x"));
    Wire.delete(other.uri(), "name");

    Answer get = Wire.get(server.uri(), "name");

    assertThat(get.status()).isEqualTo(200);
    assertThat(get.contentType()).isEqualTo("text/plain;charset=utf-8");
    assertThat(get.text()).isEqualTo("open " + dir.resolve("name") + ": no such file or directory");
    assertThat(Wire.get(other.uri(), "name").status()).isEqualTo(404);
  }

  @Test
  void staleNames_off_aFileRemovedByAnotherServerIs404() throws IOException {
    FileServer server = start(quick(Faults.real().without(Fault.STALE_NAMES)));
    FileServer other = start(quick(Faults.real()));
    Wire.put(server.uri(), "name", bytes("x"));
    Wire.delete(other.uri(), "name");

    assertThat(Wire.get(server.uri(), "name").status()).isEqualTo(404);
  }

  @Test
  void sendErrors_on_theErrorIsAppendedToTheBody() throws IOException {
    FileServer server = start(quick(Faults.real().withSendErrors(1000, 0, 7)));
    for (int size : List.of(10, 100_000)) {
      Wire.put(server.uri(), "name", bytes("x".repeat(size)));

      Answer get = Wire.get(server.uri(), "name");

      assertThat(get.status()).isEqualTo(200);
      assertThat(get.contentType()).isEqualTo("application/octet-stream");
      assertThat(get.whole()).isTrue();
      assertThat(get.text())
          .isEqualTo("x".repeat(size / 2) + "read " + dir.resolve("name") + ": input/output error");
    }
  }

  @Test
  void sendErrors_on_theConnectionIsCut() throws IOException {
    FileServer server = start(quick(Faults.real().withSendErrors(0, 1000, 7)));
    for (int size : List.of(10, 100_000)) {
      Wire.put(server.uri(), "name", bytes("x".repeat(size)));

      Answer get = Wire.get(server.uri(), "name");

      assertThat(get.status()).isEqualTo(200);
      assertThat(get.whole()).isFalse();
      assertThat(get.body()).hasSizeLessThan(size);
    }
  }

  @Test
  void sendErrors_on_oneSeedHitsTheSameGets() throws IOException {
    Faults faults = Faults.real().withSendErrors(300, 300, 42);

    List<Boolean> once = soundGets(start(quick(faults)));

    assertThat(once).contains(true, false);
    assertThat(soundGets(start(quick(faults)))).isEqualTo(once);
  }

  @Test
  void sendErrors_off_noneIsMadeUp() throws IOException {
    Faults faults = Faults.real().withSendErrors(500, 500, 7).without(Fault.SEND_ERRORS);

    assertThat(soundGets(start(quick(faults)))).doesNotContain(false);
  }

  @Test
  void sendErrors_on_aRealErrorIsAppended() throws IOException {
    FileServer server = start(quick(Faults.real()));
    Files.createSymbolicLink(dir.resolve("name"), unreadable());

    Answer get = Wire.get(server.uri(), "name");

    assertThat(get.status()).isEqualTo(200);
    assertThat(get.text()).isEqualTo("read " + dir.resolve("name") + ": input/output error");
  }

  @Test
  void sendErrors_off_aRealErrorCutsTheConnection() throws IOException {
    FileServer server = start(quick(Faults.real().without(Fault.SEND_ERRORS)));
    Files.createSymbolicLink(dir.resolve("name"), unreadable());

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> Wire.get(server.uri(), "name"));
  }

  @Test
  void abandonedRuns_on_thePutIsCarriedOut() throws Exception {
    FileServer server = start(quick(Faults.real()));

    putAndLeave(server);

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("new");
  }

  @Test
  void abandonedRuns_off_thePutIsDropped() throws Exception {
    FileServer server = start(quick(Faults.real().without(Fault.ABANDONED_RUNS)));

    putAndLeave(server);

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("old");
  }

  @Test
  void abandonedRuns_off_theDeleteIsDropped() throws Exception {
    FileServer server = start(quick(Faults.real().without(Fault.ABANDONED_RUNS)));
    Wire.put(server.uri(), "name", bytes("old"));

    leaveWhileHeld(server, wire -> wire.request("DELETE", Wire.FILES + "name"));

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("old");
  }

  @Test
  void none_isAServerThatIsOnlySlow() throws IOException {
    FileServer server = start(quick(Faults.none()));

    try (var wire = new Wire(server.uri())) {
      assertThat(wire.startPut("name", 3).send("abc").answer().status()).isEqualTo(201);
      assertThat(wire.request("GET", Wire.FILES + "name").answer().text()).isEqualTo("abc");
      assertThat(wire.request("DELETE", Wire.FILES + "name").answer().status()).isEqualTo(200);
    }
  }

  private FileServerConfig quick(Faults faults) {
    return FileServerConfig.real(dir).withLatencyMs(1).withFaults(faults);
  }

  private FileServer start(FileServerConfig config) throws IOException {
    var server = FileServer.start(config);
    servers.add(server);
    return server;
  }

  private void awaitSize(String name, long bytes) throws Exception {
    Path file = dir.resolve(name);
    Await.until(
        name + " has " + bytes + " bytes", () -> Files.exists(file) && Files.size(file) == bytes);
  }

  private static void putAndLeave(FileServer server) throws Exception {
    Wire.put(server.uri(), "name", bytes("old"));
    leaveWhileHeld(server, wire -> wire.startPut("name", 3).send("new"));
  }

  /** Leaves while the request is held, so surely before it is carried out. */
  private static void leaveWhileHeld(FileServer server, Sender sender) throws Exception {
    server.troubles().start(Trouble.HANG);
    try (var wire = new Wire(server.uri())) {
      sender.send(wire);
      Await.until("it is held", () -> server.troubles().held() == 1);
    }
    server.troubles().stop(Trouble.HANG);
    Await.until("it is over", () -> server.counts().inProgress() == 0);
  }

  private static boolean idleAfter(FileServer server, long requests) {
    return server.counts().requestsTotal() == requests && server.counts().inProgress() == 0;
  }

  private static boolean hangs(URI base, String method, String name) throws IOException {
    try (var wire = new Wire(base)) {
      wire.request(method, Wire.FILES + name).answerTimeoutMs(HANGS_MS).answer();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  private static List<Boolean> soundGets(FileServer server) throws IOException {
    byte[] body = bytes("0123456789");
    Wire.put(server.uri(), "name", body);
    List<Boolean> sound = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Answer get = Wire.get(server.uri(), "name");
      sound.add(get.whole() && get.body().length == body.length);
    }
    return sound;
  }

  /** Returns a file that opens and then fails to read: address 0 of a process. */
  private static Path unreadable() {
    return Path.of("/proc/self/mem");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private interface Sender {
    void send(Wire wire) throws IOException;
  }
}
