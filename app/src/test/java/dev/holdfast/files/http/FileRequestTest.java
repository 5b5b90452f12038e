package dev.holdfast.files.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.files.ServiceFixture;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request that is looked at at once and goes on on its route: what is done of it twice. */
final class FileRequestTest {
  private static final String ACCEL = "X-Holdfast-Accel: /_published/";

  private final AtomicInteger ownerChecks = new AtomicInteger();
  private final CountingDisk disk = new CountingDisk();
  @TempDir private Path directory;
  private ServiceFixture f;
  private HttpService http;

  @BeforeEach
  void start() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    f.stopService();
    f.disk = disk;
    f.startService();
    var routes =
        new FileRoutes(
            f.files, new FileReads(f.files), this::owns, ServiceFixture.config(Mode.BEHIND));
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

  private boolean owns(Name name) {
    ownerChecks.incrementAndGet();
    return !name.stored().toString().equals("of-another");
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    f.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | not-here | '' | 404",
        "GET | here | If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT | 200",
        "GET | here | Content-Length: 0 | 200",
        "GET | of-another | '' | 421",
        "PUT | here | If-None-Match: * | 412",
        "PUT | new | If-None-Match: * | 201",
        "PUT | here | Content-Range: bytes 0-3/4 | 400",
        "DELETE | here | If-Match: \"other\" | 412",
      })
  void owner_isAskedOnce(String method, String name, String header, int status) throws Exception {
    f.put("here", "here");
    RawResponse answer;
    try (RawHttp client = connect()) {
      answer = ask(client, method, name, header);
    }
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(ownerChecks).hasValue(1);
  }

  /** At once, under the lock of the name, and when the origin is about to be asked. */
  @Test
  void get_ofAFileThatIsNotHere_looksOnceAtEachStep() throws Exception {
    try (RawHttp client = connect()) {
      assertThat(ask(client, "GET", "not-here", ACCEL).status()).isEqualTo(404);
      assertThat(disk.published("not-here")).isEqualTo(3);
      assertThat(disk.cold("not-here")).isEqualTo(1);
      assertThat(ask(client, "GET", "not-here", ACCEL).status()).isEqualTo(404);
      assertThat(disk.published("not-here")).as("known absent, at once").isEqualTo(4);
    }
  }

  @Test
  void get_thatTheSidecarAnswers_looksOnce_andOnceToOpen() throws Exception {
    f.put("here", "here");
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    int before = disk.published("here");
    try (RawHttp client = connect()) {
      assertThat(ask(client, "GET", "here", "").text()).isEqualTo("here");
    }
    assertThat(disk.published("here") - before).isEqualTo(2);
  }

  /** Each gets the file that it names, though the connection is one. */
  @Test
  void requests_ofOneConnection_areNotTakenForOneAnother() throws Exception {
    f.put("a", "of a");
    f.put("b", "of b");
    try (RawHttp client = connect()) {
      assertThat(ask(client, "GET", "a", "").text()).isEqualTo("of a");
      assertThat(ask(client, "GET", "b", "").text()).isEqualTo("of b");
      assertThat(ask(client, "HEAD", "not-here", "").status()).isEqualTo(404);
      assertThat(ask(client, "GET", "of-another", "").status()).isEqualTo(421);
      assertThat(ask(client, "GET", "a", "Content-Length: 0").text()).isEqualTo("of a");
    }
    assertThat(ownerChecks).hasValue(5);
  }

  private RawHttp connect() throws IOException {
    return RawHttp.connect(URI.create("http://127.0.0.1:" + http.port()), Patience.STEP);
  }

  private static RawResponse ask(RawHttp client, String method, String name, String header)
      throws IOException {
    String target = Name.PATH + name;
    if (method.equals("PUT")) {
      return client.request(method, target, "Content-Length: 4", header).text("body").response();
    }
    return header.isEmpty()
        ? client.request(method, target).response()
        : client.request(method, target, header).response();
  }

  /** Counts the looks at each file by where it is. */
  private static final class CountingDisk extends ForwardingDisk {
    private final Map<Path, Integer> looks = new ConcurrentHashMap<>();

    CountingDisk() {
      super(new LocalDisk());
    }

    @Override
    public Optional<FileFacts> facts(Path file) throws IOException {
      looks.merge(file.getParent().getFileName().resolve(file.getFileName()), 1, Integer::sum);
      return super.facts(file);
    }

    int published(String name) {
      return looks.getOrDefault(Path.of("epoch", name), 0);
    }

    int cold(String name) {
      return looks.getOrDefault(Path.of(".cold", name), 0);
    }
  }
}
