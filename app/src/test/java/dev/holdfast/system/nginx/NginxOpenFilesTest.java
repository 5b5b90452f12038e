package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * nginx keeps small published files open. It still sends what a name means, and what it holds of
 * deleted files is bounded.
 */
final class NginxOpenFilesTest {
  private static final long MTIME_S = 0x6abcdef1L;

  /** How many files a worker keeps open (nginx.conf). */
  private static final int OPEN_MAX = 2_048;

  @TempDir Path directory;
  private NginxFixture nginx;

  @BeforeEach
  void start() throws IOException {
    nginx = NginxFixture.start(directory, 1);
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  /** Bodies of one length, small or large, and times that differ in seconds or not at all. */
  @Test
  void get_afterEachChange_isWhatTheNameMeans() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("changes of a published name: seed " + seed);
    var random = new Random(seed);
    try (RawHttp connection = NginxFixture.connect(nginx.port())) {
      for (int i = 0; i < 1_500; i++) {
        String body = null;
        boolean large = random.nextInt(8) == 0;
        switch (random.nextInt(8)) {
          case 0 -> {
            Files.deleteIfExists(published("name"));
            Files.deleteIfExists(published(".large/name"));
          }
          case 1 -> { // the same file, with another time
            body = "%06d".formatted(i) + (large ? "x".repeat(70_000) : "");
            replace(large, body, MTIME_S);
            assertReads(connection, body, MTIME_S);
            Files.setLastModifiedTime(
                published(large ? ".large/name" : "name"),
                FileTime.from(Instant.ofEpochSecond(MTIME_S + i)));
            assertReads(connection, body, MTIME_S + i);
            continue;
          }
          default -> {
            body = "%06d".formatted(i) + (large ? "x".repeat(70_000) : "");
            replace(large, body, MTIME_S);
          }
        }
        for (int times = random.nextInt(4); times >= 0; times--) {
          assertReads(connection, body, MTIME_S);
        }
      }
    }
    assertThat(nginx.requests()).as("only names that are not here").isNotEmpty();
  }

  private void assertReads(RawHttp connection, String body, long mtimeS) throws IOException {
    RawResponse answer = connection.request("GET", PREFIX + "name").response();
    if (body == null) {
      assertThat(answer.status()).as("the sidecar's").isEqualTo(201);
    } else {
      assertThat(answer.text()).isEqualTo(body);
      assertThat(answer.onlyHeader("ETag")).isEqualTo("\"%x-%x\"".formatted(mtimeS, body.length()));
    }
  }

  /** As a sidecar does it: the new file is there before what is in the other directory goes. */
  private void replace(boolean large, String body, long mtimeS) throws IOException {
    nginx.publish(".new", body, mtimeS);
    Files.createDirectories(published(".large"));
    Files.move(
        published(".new"),
        published(large ? ".large/name" : "name"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(published(large ? "name" : ".large/name"));
  }

  @Test
  void files_beyondTheBound_areClosed() throws Exception {
    int count = OPEN_MAX + 200;
    for (int i = 0; i < count; i++) {
      nginx.publish("n" + i, "body", MTIME_S);
    }
    readAll(count, "n");
    // Those that were read more than 5 s ago may be closed by now.
    assertThat(open(file -> file.contains("/published/n"))).hasSizeBetween(1, OPEN_MAX);
  }

  @Test
  void idleNginx_closesDeletedFiles() throws Exception {
    int count = 300;
    for (int i = 0; i < count; i++) {
      nginx.publish("n" + i, "body", MTIME_S);
    }
    readAll(count, "n");
    for (int i = 0; i < count; i++) {
      nginx.withdraw("n" + i);
    }
    assertThat(open(file -> file.endsWith(" (deleted)"))).hasSizeBetween(1, count);

    // The health check of Compose, and what "up" sends. Nobody asks for a file.
    Await.until(
        "no deleted file is open",
        () -> {
          assertThat(nginx.ask("GET", "/_idle").status()).isEqualTo(204);
          return open(file -> file.endsWith(" (deleted)")).isEmpty();
        });
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void idle_isForThisMachineAlone_andNotLogged() throws Exception {
    assertThat(nginx.ask("GET", "/_idle").status()).isEqualTo(204);
    assertThat(askFrom("127.0.0.2", "/_idle")).startsWith("HTTP/1.1 404 ");
    assertThat(nginx.stopAndReadLog())
        .extracting(line -> line.path("status").asInt())
        .containsExactly(404);
  }

  private String askFrom(String address, String target) throws IOException {
    try (var socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), nginx.port()));
      socket.getOutputStream().write(("GET " + target + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void largeFile_isNotKeptOpen_andNginxAnswersAlone() throws Exception {
    String body = "0123456789".repeat(10_000);
    nginx.publish(".large/name", body, MTIME_S);
    for (int i = 0; i < 5; i++) {
      assertThat(nginx.ask("GET", PREFIX + "name").text()).isEqualTo(body);
    }
    RawResponse part = nginx.ask("GET", PREFIX + "name", "Range: bytes=99990-");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo("0123456789");
    RawResponse head = nginx.ask("HEAD", PREFIX + "name");
    assertThat(head.onlyHeader("Content-Length")).isEqualTo("100000");
    assertThat(head.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(
            nginx.ask("GET", PREFIX + "name", "If-None-Match: " + head.onlyHeader("ETag")).status())
        .isEqualTo(304);
    assertThat(nginx.requests()).isEmpty();
    assertThat(open(file -> file.contains("/published/"))).isEmpty();
  }

  @Test
  void largeBlob_isSentByNginx_underItsDigest() throws Exception {
    String digest = "ab".repeat(32);
    nginx.publish(".large/cas-" + digest, "x".repeat(100_000), MTIME_S);
    RawResponse answer = nginx.ask("GET", "/cas/" + digest);
    assertThat(answer.text()).hasSize(100_000);
    assertThat(answer.onlyHeader("ETag")).isEqualTo('"' + digest + '"');
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(answer.onlyHeader("Vary")).isEqualTo("Accept-Encoding");
    assertThat(nginx.requests()).isEmpty();
  }

  /** Reads each file often enough that nginx keeps it open. */
  private void readAll(int count, String prefix) throws IOException {
    try (RawHttp connection = NginxFixture.connect(nginx.port())) {
      for (int i = 0; i < 3 * count; i++) {
        RawResponse answer = connection.request("GET", PREFIX + prefix + i / 3).response();
        assertThat(answer.text()).isEqualTo("body");
      }
    }
  }

  private Path published(String name) {
    return directory.resolve("published").resolve(name);
  }

  /** The files that the worker has open, as the kernel names them. */
  private List<String> open(Predicate<String> wanted) throws IOException {
    ProcessHandle worker =
        ProcessHandle.of(nginx.pid()).orElseThrow().children().findFirst().orElseThrow();
    var files = new ArrayList<String>();
    Path descriptors = Path.of("/proc", Long.toString(worker.pid()), "fd");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : all) {
        try {
          files.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closed) {
          // Meanwhile.
        }
      }
    }
    return files.stream().filter(wanted).toList();
  }
}
