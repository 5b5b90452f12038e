package dev.holdfast.files.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.disk.FullDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.files.ServiceFixture;
import dev.holdfast.files.WriteOutcome;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.names.Name;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that fails in the middle of a write: the answer over HTTP says what has become of it. */
class WriteAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOTHING = "nothing was changed";
  private static final String KEPT = "the write is kept and may still take effect";

  /** Longer than what is written without a route. */
  private static final String LONG = "new".repeat(10_000);

  private final FullDisk disk = new FullDisk(new LocalDisk());
  @TempDir private Path directory;
  private ServiceFixture f;
  private HttpService http;

  private void start(Mode mode) throws Exception {
    start(mode, 0);
  }

  private void start(Mode mode, long logBytesMax) throws Exception {
    f = new ServiceFixture(directory, mode);
    f.stopService();
    f.disk = disk;
    f.limits = f.limits.withLogBytesMax(logBytesMax);
    f.startService();
    var routes =
        new FileRoutes(f.files, new FileReads(f.files), _ -> true, ServiceFixture.config(mode));
    http =
        HttpService.start(
            "127.0.0.1",
            0,
            HttpLimits.DEFAULT,
            () -> true,
            new Scrape(),
            routes::answer,
            routes::addTo);
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    f.close();
  }

  /** The inodes run out, for example. A put is renamed into its entry, and linked to be shown. */
  @ParameterizedTest
  @CsvSource({
    "BEHIND, create, false",
    "BEHIND, rename, false",
    "BEHIND, force, true",
    "BEHIND, link, true",
    "THROUGH, create, false",
    "THROUGH, rename, false",
    "THROUGH, force, true",
    "THROUGH, link, true",
  })
  void put_onADiskThatFails(Mode mode, String step, boolean kept) throws Exception {
    start(mode);
    for (String reason : List.of("No space left on device", "Too many open files")) {
      disk.saying(reason);
      assertAnswer(step, kept, "short " + reason, "new");
      assertAnswer(step, kept, "long " + reason, LONG);
    }
  }

  /** The log forces no directory, and renames nothing before the write is staged. */
  @ParameterizedTest
  @CsvSource({"create, false", "rename, true", "link, true"})
  void shortWrite_throughTheLog_onADiskThatFails(String step, boolean kept) throws Exception {
    start(Mode.BEHIND, 1 << 20);
    assertAnswer(step, kept, "short", "new");
  }

  private void assertAnswer(String step, boolean kept, String name, String body) throws Exception {
    given(name);
    disk.fullAt(step);
    RawResponse answer = ask("PUT", name, body);
    disk.fullAt("nowhere");
    assertSays(kept ? KEPT : NOTHING, answer);
    assertBecomes(name, kept ? body : "old");
  }

  @ParameterizedTest
  @CsvSource({
    "BEHIND, create, false",
    "BEHIND, force, true",
    "THROUGH, create, false",
    "THROUGH, force, true"
  })
  void delete_onADiskThatFails(Mode mode, String step, boolean kept) throws Exception {
    start(mode);
    given("a");
    disk.fullAt(step);
    RawResponse answer = ask("DELETE", "a", "");
    disk.fullAt("nowhere");
    assertSays(kept ? KEPT : NOTHING, answer);
    assertBecomes("a", kept ? "(absent)" : "old");
  }

  private void given(String name) throws Exception {
    assertThat(f.put(name, "old")).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
  }

  private void assertBecomes(String name, String content) throws Exception {
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    assertThat(f.read(name)).isEqualTo(content);
    assertThat(f.atOrigin(Name.parse(name.replace(" ", "%20")).stored().toString()))
        .isEqualTo(content);
  }

  private RawResponse ask(String method, String name, String body) throws Exception {
    var base = URI.create("http://127.0.0.1:" + http.port());
    String target = Name.PATH + name.replace(" ", "%20");
    try (RawHttp client = RawHttp.connect(base, Patience.STEP)) {
      if (method.equals("DELETE")) {
        return client.request(method, target).finalResponse();
      }
      return client
          .request(method, target, "Content-Length: " + body.length())
          .text(body)
          .finalResponse();
    }
  }

  private static void assertSays(String effect, RawResponse answer) throws IOException {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    String detail = JSON.readTree(answer.text()).path("detail").asText();
    assertThat(detail).contains(effect);
    assertThat(detail.contains(KEPT)).as(detail).isEqualTo(effect.equals(KEPT));
    assertThat(detail).doesNotContain("not known");
  }
}
