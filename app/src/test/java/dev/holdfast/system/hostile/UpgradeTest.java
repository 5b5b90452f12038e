package dev.holdfast.system.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingFormat;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The present version on data directories of earlier versions, one for each format. The versions
 * were killed after their file servers had been down for a while. {@code
 * app/src/test/upgrade/make-data-dir} has made the directories, and says how. StagingFormatTest
 * compares the formats with the directories.
 */
@ParameterizedClass(name = "format {0}")
@MethodSource("formats")
final class UpgradeTest {
  /** All sidecars that a test may need. Two of them have left writes. */
  private static final List<String> RING =
      List.of("127.0.0.1:8181", "127.0.0.1:8182", "127.0.0.1:8183");

  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The files in which these sidecars name their boot. */
  private static final List<String> BOOT_FILES =
      List.of("sidecar-1/epoch", "sidecar-1/boot", "sidecar-2/epoch", "sidecar-2/boot");

  /** The first format that has kept writes, and files for the names that are too long. */
  private static final int WITH_ENTRIES = 2;

  /** The first format that has a write-ahead log. */
  private static final int WITH_LOG = 3;

  private static final List<String> DELETED =
      List.of(
          "/api/fileserver/deleted",
          "/api/fileserver/deleted-and-settled",
          "/api/fileserver/never-there",
          "/api/fileserver/put-then-deleted");

  /** The tenth number of the sequence, the last one that was handed out. */
  private static final String LAST_NUMBER = "{\"current\": 55}";

  private static final String NEXT_NUMBER = "{\"next\": 89}";

  /** A short time of keeping, since no name changes hands before it is over. */
  private static final Keeping KEEPING =
      Keeping.DEFAULT.withMs(200).withBytesMax(1 << 30).withCountMax(10_000);

  @Parameter int format;

  @TempDir Path directory;

  /** The targets with their contents. */
  private Map<String, String> contents;

  private final List<FileServer> standIns = new ArrayList<>();
  private final List<Sidecar> sidecars = new ArrayList<>();
  private List<String> ring;

  static IntStream formats() {
    return IntStream.iterate(
        1, format -> UpgradeTest.class.getResource(archive(format)) != null, format -> format + 1);
  }

  private static String archive(int format) {
    return "/upgrade/format-" + format + ".tar.gz";
  }

  @BeforeEach
  void unpack() throws Exception {
    Archive.unpack(archive(format), directory);
    contents = contents(format);
  }

  @AfterEach
  void close() {
    sidecars.parallelStream().forEach(Sidecar::close);
    standIns.forEach(FileServer::close);
  }

  @Test
  void theDirectoryIsOfItsFormat_andHasAllKindsOfWrites() throws Exception {
    for (String sidecar : List.of("sidecar-1", "sidecar-2")) {
      Path own = staging().resolve(sidecar);
      assertThat(StagingFormat.requireKnown(new LocalDisk(), own)).isEqualTo(format);
    }
    assertThat(entries("p").size() + earlierEntries("put")).as("pending puts").isPositive();
    assertThat(entries("d").size() + earlierEntries("delete")).as("pending deletes").isPositive();
    if (format >= WITH_ENTRIES) {
      assertThat(entries("k")).as("kept puts").isNotEmpty();
      assertThat(entries("x")).as("kept deletes").isNotEmpty();
      assertThat(entries("n")).as("names that are too long").hasSizeGreaterThan(1);
    }
    if (format >= WITH_LOG) {
      assertThat(entries("l")).as("files that were lost, all but their names").isNotEmpty();
    }
  }

  /**
   * All acknowledged writes can be read, and reach the file servers.
   *
   * @param size how many sidecars the ring has now; it had two
   * @param sameBoot true if the kernel has run since, so that published files may stay
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

  /** Pending and kept writes are read from here alone. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void pendingAndKeptWritesAreReadWhileTheFileServersHang(boolean sameBoot) throws Exception {
    if (sameBoot) {
      claimThisBoot();
    }
    List<String> kept = entries("k");
    startStandIns(2);
    standIns.forEach(standIn -> standIn.troubles().start(Trouble.HANG));
    startSidecars(2);

    for (Map.Entry<String, String> content : contents.entrySet()) {
      String target = content.getKey();
      if (content.getValue().startsWith("pending")
          || target.endsWith("pending-empty")
          || kept.contains(stored(target))) {
        assertRead(target, content.getValue());
      }
    }
    assertThat(ask("GET", "/api/fileserver/deleted").status()).isEqualTo(404);
    standIns.forEach(standIn -> standIn.troubles().stopAll());
  }

  /** The second start finds the directory as the first one has left it. */
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
    for (Map.Entry<String, String> content : contents.entrySet()) {
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
                  staging(),
                  OriginConfig.of(standIns.get(i).uri()),
                  SidecarSettings.DEFAULT
                      .withStaging(StagingLimits.DEFAULT.withKeeping(KEEPING))
                      .withFiles(TrafficStack.files(Mode.BEHIND, 10, 50, 0))
                      .withServices(HostedServices.ALL))));
    }
    for (Sidecar sidecar : sidecars) {
      Api api = api(sidecar);
      Await.until("a sidecar is ready", () -> RingStack.health(api) == 200);
    }
  }

  private void settle() throws Exception {
    for (Sidecar sidecar : sidecars) {
      Await.until("all is settled", () -> api(sidecar).ask("POST", "/settle").status() == 200);
    }
  }

  /** Returns the answer of the owner of the target. */
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

  /** Writes the boot of this machine in place of that of the machine that made the directory. */
  private void claimThisBoot() throws IOException {
    String present = Files.readString(BOOT_ID).strip();
    String before = bootBefore();
    for (String name : BOOT_FILES) {
      Path file = staging().resolve(name);
      if (Files.exists(file)) { // format 1 has no file for the boot alone
        Files.writeString(file, Files.readString(file).replace(before, present));
      }
    }
    for (Path published : list(staging().resolve("published"))) {
      String name = published.getFileName().toString();
      Files.move(published, published.resolveSibling(name.replace(before, present)));
    }
  }

  /** Returns the boot in which the directory was made. */
  private String bootBefore() throws IOException {
    Matcher boot = UUID.matcher(Files.readString(staging().resolve(BOOT_FILES.getFirst())));
    assertThat(boot.find()).as("the epoch names a boot").isTrue();
    return boot.group();
  }

  private Path staging() {
    return directory.resolve("staging");
  }

  /**
   * Returns the stored names of the entries of a kind, of both sidecars; {@code ~} for long ones.
   */
  private List<String> entries(String letter) throws IOException {
    var names = new ArrayList<String>();
    for (String sidecar : List.of("sidecar-1", "sidecar-2")) {
      for (Path entry : list(staging().resolve(sidecar).resolve("writes"))) {
        String file = entry.getFileName().toString();
        if (file.startsWith(letter)) {
          names.add(file.substring(file.indexOf('-') + 1));
        }
      }
    }
    return names;
  }

  /** Returns how many writes of a kind are in the directories of format 1. */
  private int earlierEntries(String kind) throws IOException {
    int count = 0;
    for (String sidecar : List.of("sidecar-1", "sidecar-2")) {
      count += list(staging().resolve(sidecar).resolve("pending").resolve(kind)).size();
    }
    return count;
  }

  /** Returns the content of a directory, or nothing if there is none. */
  private static List<Path> list(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private Map<String, String> filesOfTheFileServers() throws IOException {
    var files = new TreeMap<String, String>();
    for (Path file : list(directory.resolve("files"))) {
      files.put(file.getFileName().toString(), Files.readString(file));
    }
    return files;
  }

  private Map<String, String> expectedFiles() {
    var files = new TreeMap<String, String>();
    contents.forEach((target, content) -> files.put(stored(target), content));
    return files;
  }

  /** Returns the name of a file at the file server, and in the name of an entry. */
  private static String stored(String target) {
    return target
        .replace("/api/fileserver/", "")
        .replace("settled-%C3%A9%2F1", "~settled-~C3~A9~2F1")
        .replace("pending-%C3%A9%2F1", "~pending-~C3~A9~2F1")
        .replace("/cas/", "cas-")
        .replace("/ac/", "ac-");
  }

  private static Map<String, String> contents(int format) {
    var contents = new TreeMap<String, String>();
    for (String kind : List.of("settled", "pending")) {
      String names = "/api/fileserver/" + kind + "-";
      for (int i = 1; i <= 8; i++) {
        contents.put(names + i, kind + " " + i);
      }
      contents.put(names + "%C3%A9%2F1", kind + " \u00e9");
      contents.put(names + "empty", "");
      contents.put("/cas/" + digest(kind + " blob"), kind + " blob");
      if (format >= WITH_ENTRIES) {
        contents.put(names + "0".repeat(240), kind + ", with a long name");
      }
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
