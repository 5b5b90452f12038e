package dev.holdfast.system.nginx;

import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Squid in front of nginx: a cache that merges the header of a 304 into its copy (RFC 9111, 4.3.4),
 * and gives the result to everybody.
 */
final class SquidTest {
  private static final Path USUAL_PLACE = Path.of("/usr/sbin/squid");

  /** A header that makes Squid check its copy. */
  private static final String REVALIDATE = "Cache-Control: no-cache";

  private static final long STOP_S_MAX = Patience.STEP_S;

  @TempDir Path directory;
  private CasFixture f;
  private Process squid;
  private Api cache;

  @BeforeEach
  void start() throws Exception {
    Path program = Program.find("squid").orElse(USUAL_PLACE);
    Assumptions.assumeTrue(
        Files.isExecutable(program), "no squid here: apt-get install squid, or make test-tools");
    f = CasFixture.start(directory.resolve("stack"));
    int port = FreePorts.one();
    squid = start(program, port);
    cache = new Api(URI.create("http://127.0.0.1:" + port));
    Await.until("squid answers", () -> !squid.isAlive() || accepts(port));
    assertThat(squid.isAlive()).as("squid: %s%s", read("squid.out"), read("cache.log")).isTrue();
  }

  @AfterEach
  void stop() throws Exception {
    if (squid != null) {
      squid.destroy(); // in order, so that it removes its shared memory
      if (!squid.waitFor(STOP_S_MAX, TimeUnit.SECONDS)) {
        squid.destroyForcibly().waitFor();
      }
    }
    if (f != null) {
      f.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Accept-Encoding: identity", "Accept-Encoding: zstd"})
  void blob_isWholeForEverybody_afterARevalidation(String accepted) throws Exception {
    String digest = sha256(bytes("a blob that everybody wants"));
    f.given("a blob that everybody wants");
    String target = "/cas/" + digest;
    RawResponse first = cache.ask("GET", target, accepted);
    assertThat(first.status()).isEqualTo(200);

    RawResponse asked = cache.ask("GET", target, accepted, REVALIDATE);
    assertThat(asked.body()).isEqualTo(first.body());
    assertRevalidated(target);
    for (int i = 0; i < 2; i++) {
      RawResponse later = cache.ask("GET", target, accepted);
      assertThat(later.status()).isEqualTo(200);
      assertThat(later.body()).isEqualTo(first.body());
      assertThat(only(later, "ETag")).isEqualTo(only(first, "ETag"));
    }
    String known = "If-None-Match: " + only(first, "ETag");
    assertKnownOrWhole(cache.ask("GET", target, accepted, known, REVALIDATE), first);
    assertThat(cache.ask("GET", target, accepted).body()).isEqualTo(first.body());
    assertThat(f.get(digest).text()).isEqualTo("a blob that everybody wants");
  }

  @Test
  void file_isWholeForEverybody_andNew_afterARevalidation() throws Exception {
    String target = Api.PATH + "file";
    assertThat(cache.put("file", "old content").status()).isEqualTo(201);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.ask("GET", target).text()).isEqualTo("old content");
    }
    assertRevalidated(target);
    RawResponse first = cache.ask("GET", target);
    String known = "If-None-Match: " + only(first, "ETag");
    assertKnownOrWhole(cache.ask("GET", target, known), first);
    assertThat(cache.ask("GET", target).text()).isEqualTo("old content");

    assertThat(f.front().put("file", "newcontent!").status()).isEqualTo(201);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.ask("GET", target).text()).isEqualTo("newcontent!");
    }
    assertThat(cache.ask("GET", target, known).text()).isEqualTo("newcontent!");
  }

  @Test
  void action_isWholeForEverybody_afterARevalidation() throws Exception {
    String target = "/ac/" + sha256(bytes("an action"));
    assertThat(f.send("PUT", target, bytes("its result")).status()).isEqualTo(201);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.ask("GET", target).text()).isEqualTo("its result");
    }
    assertRevalidated(target);
    assertThat(cache.ask("HEAD", target).onlyHeader("Content-Length")).isEqualTo("10");
  }

  /** Checks the answer to a client with a condition of its own. Squid decides between two. */
  private static void assertKnownOrWhole(RawResponse answer, RawResponse whole) {
    if (answer.status() == 304) {
      assertThat(answer.body()).isEmpty();
      assertThat(answer.headers("Content-Length")).isSubsetOf("" + whole.body().length);
    } else {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(whole.body());
    }
  }

  /** Checks that Squid has asked nginx. Otherwise the test would show nothing. */
  private void assertRevalidated(String target) throws Exception {
    Await.until(
        "squid has had its copy confirmed",
        () -> read("access.log").contains("TCP_REFRESH_UNMODIFIED/200 " + target));
  }

  private String read(String file) throws IOException {
    Path log = directory.resolve(file);
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static boolean accepts(int port) {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Process start(Path program, int port) throws IOException {
    Path config = directory.resolve("squid.conf");
    Files.writeString(
        config,
        """
        http_port 127.0.0.1:%1$d accel no-vhost defaultsite=127.0.0.1
        cache_peer 127.0.0.1 parent %2$d 0 no-query no-digest originserver
        http_access allow all
        cache_mem 16 MB
        memory_cache_shared off
        reload_into_ims on
        logformat short %%Ss/%%>Hs %%>rp
        access_log stdio:%3$s/access.log short
        buffered_logs off
        cache_log %3$s/cache.log
        pid_filename %3$s/squid.pid
        coredump_dir none
        netdb_filename none
        pinger_enable off
        visible_hostname cache
        shutdown_lifetime 0 seconds
        cache_effective_user nobody
        """
            .formatted(port, f.front().base().getPort(), directory));
    // Squid does not run as root but as the user above, who may not enter a directory of root.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    return new ProcessBuilder(
            List.of(program.toString(), "-n", "holdfast" + port, "-N", "-f", config.toString()))
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("squid.out").toFile())
        .start();
  }
}
