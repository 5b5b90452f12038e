package dev.holdfast.system.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.RingStack;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Archive;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The present version on data directories that earlier versions left when they were killed, with
 * file servers that had been down for a while. {@code app/src/test/upgrade/make-data-dir} has made
 * them, and says how.
 */
final class UpgradeTest {
  /** All sidecars that a test may need; two of them have left something. */
  private static final List<String> RING =
      List.of("127.0.0.1:8181", "127.0.0.1:8182", "127.0.0.1:8183");

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Targets, with what is read from them. */
  private static final Map<String, String> CONTENTS = contents();

  private static final List<String> DELETED =
      List.of(
          "/api/fileserver/deleted",
          "/api/fileserver/deleted-and-settled",
          "/api/fileserver/never-there",
          "/api/fileserver/put-then-deleted");

  /** The tenth number of the sequence, which was the last that was handed out. */
  private static final String LAST_NUMBER = "{\"current\": 55}";

  private static final String NEXT_NUMBER = "{\"next\": 89}";

  /** Short, since no name passes on before it is over. */
  private static final Keeping KEEPING = new Keeping(200, false, 1 << 30, 10_000, false);

  @TempDir Path directory;

  private final List<FileServer> standIns = new ArrayList<>();
  private final List<Sidecar> sidecars = new ArrayList<>();
  private List<String> ring;

  @BeforeEach
  void unpack() throws Exception {
    Archive.unpack("/upgrade/format-1.tar.gz", directory);
  }

  @AfterEach
  void close() {
    sidecars.parallelStream().forEach(Sidecar::close);
    standIns.forEach(FileServer::close);
  }

  /**
   * All that was acknowledged is read, and comes to the file servers.
   *
   * @param size how many sidecars the ring has now; it had two
   * @param sameBoot whether the kernel has run since, so that what is published may stay
   */
  @ParameterizedTest
  @CsvSource({"2, true", "2, false", "1, true", "1, false", "3, true", "3, false"})
  void everythingIsFound(int size, boolean sameBoot) throws Exception {
    if (sameBoot) {
      claimThisBoot();
    }
    start(size);

    assertEverythingIsRead();
    settle();
    assertThat(filesOfTheFileServers()).isEqualTo(expectedFiles());
    assertEverythingIsRead();
    assertThat(ask("GET", "/current").text()).isEqualTo(LAST_NUMBER);
  }

  /** What is pending is read from here alone. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void pendingWritesAreReadWhileTheFileServersHang(boolean sameBoot) throws Exception {
    if (sameBoot) {
      claimThisBoot();
    }
    startStandIns(2);
    standIns.forEach(standIn -> standIn.troubles().start(Trouble.HANG));
    startSidecars(2);

    for (Map.Entry<String, String> content : CONTENTS.entrySet()) {
      if (content.getValue().startsWith("pending") || content.getKey().endsWith("pending-empty")) {
        assertRead(content.getKey(), content.getValue());
      }
    }
    assertThat(ask("GET", "/api/fileserver/deleted").status()).isEqualTo(404);
    standIns.forEach(standIn -> standIn.troubles().stopAll());
  }

  /** The second start finds what the first one made of the directory. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void everythingIsFoundByTheStartAfterTheUpgrade(boolean settled) throws Exception {
    start(2);
    if (settled) {
      settle();
    }
    sidecars.parallelStream().forEach(Sidecar::close);
    sidecars.clear();
    startSidecars(2);
    assertEverythingIsRead();
    settle();

    assertThat(filesOfTheFileServers()).isEqualTo(expectedFiles());
    assertEverythingIsRead();
    assertThat(ask("GET", "/next").text()).isEqualTo(NEXT_NUMBER);
  }

  private void assertEverythingIsRead() throws IOException {
    for (Map.Entry<String, String> content : CONTENTS.entrySet()) {
      assertRead(content.getKey(), content.getValue());
    }
    for (String target : DELETED) {
      assertThat(ask("GET", target).status()).as(target).isEqualTo(404);
    }
  }

  private void assertRead(String target, String content) throws IOException {
    RawResponse answer = ask("GET", target);
    assertThat(answer.status()).as(target).isEqualTo(200);
    assertThat(answer.text()).as(target).isEqualTo(content);
  }

  private void start(int size) throws Exception {
    startStandIns(size);
    startSidecars(size);
  }

  private void startStandIns(int size) throws IOException {
    for (int i = 0; i < size; i++) {
      standIns.add(
          FileServer.start(FileServerConfig.real(directory.resolve("files")).withLatencyMs(10)));
    }
  }

  private void startSidecars(int size) throws Exception {
    ring = RING.subList(0, size);
    for (int i = 0; i < size; i++) {
      sidecars.add(
          Sidecar.start(
              new SidecarConfig(
                  "127.0.0.1",
                  0,
                  ring,
                  ring.get(i),
                  directory.resolve("staging"),
                  OriginConfig.of(standIns.get(i).uri()),
                  StagingLimits.DEFAULT.with(KEEPING),
                  TrafficStack.files(Mode.BEHIND, 10, 50, 0),
                  HttpLimits.DEFAULT,
                  CasConfig.DEFAULT,
                  HostedServices.ALL)));
    }
    for (Sidecar sidecar : sidecars) {
      Api api = api(sidecar);
      Await.until("a sidecar is ready", () -> RingStack.health(api) == 200);
    }
  }

  private void settle() throws IOException {
    for (Sidecar sidecar : sidecars) {
      RawResponse answer = api(sidecar).ask("POST", "/settle?waitMs=25000");
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
  }

  /** The answer of the sidecar that has what is asked for. */
  private RawResponse ask(String method, String target) throws IOException {
    for (Sidecar sidecar : sidecars) {
      RawResponse answer = api(sidecar).ask(method, target);
      if (answer.status() != 421) {
        return answer;
      }
    }
    throw new AssertionError("nobody has " + target);
  }

  private static Api api(Sidecar sidecar) {
    return new Api(URI.create("http://127.0.0.1:" + sidecar.port()));
  }

  /** Writes the boot of this machine where that of the one that made the directory is. */
  private void claimThisBoot() throws IOException {
    for (String sidecar : List.of("sidecar-1", "sidecar-2")) {
      Path epoch = directory.resolve("staging").resolve(sidecar).resolve("epoch");
      String[] words = Files.readString(epoch).split(" ");
      words[1] = Files.readString(BOOT_ID).strip();
      Files.writeString(epoch, String.join(" ", words));
    }
  }

  private Map<String, String> filesOfTheFileServers() throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> all = Files.list(directory.resolve("files"))) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }

  private static Map<String, String> expectedFiles() {
    var files = new TreeMap<String, String>();
    CONTENTS.forEach(
        (target, content) ->
            files.put(
                target
                    .replace("/api/fileserver/", "")
                    .replace("settled-%C3%A9%2F1", "~settled-~C3~A9~2F1")
                    .replace("pending-%C3%A9%2F1", "~pending-~C3~A9~2F1")
                    .replace("/cas/", "cas-")
                    .replace("/ac/", "ac-"),
                content));
    return files;
  }

  private static Map<String, String> contents() {
    var contents = new TreeMap<String, String>();
    for (String kind : List.of("settled", "pending")) {
      String names = "/api/fileserver/" + kind + "-";
      for (int i = 1; i <= 8; i++) {
        contents.put(names + i, kind + " " + i);
      }
      contents.put(names + "%C3%A9%2F1", kind + " \u00e9");
      contents.put(names + "empty", "");
      contents.put("/cas/" + digest(kind + " blob"), kind + " blob");
    }
    contents.put("/api/fileserver/rewritten", "pending, over what is settled");
    contents.put("/api/fileserver/replaced", "newer");
    contents.put("/api/fileserver/deleted-then-put", "put last");
    contents.put("/api/fileserver/put-beside-older-delete", "put last");
    contents.put("/ac/" + digest("an action"), "settled action");
    contents.put("/ac/" + digest("another action"), "pending action");
    return contents;
  }

  private static String digest(String content) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
