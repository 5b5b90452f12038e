package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes and reads in front of file servers that answer otherwise than the challenge's. */
class OtherServersTest {
  @TempDir private Path directory;
  private ServiceFixture f;
  private RawServer server;
  private final Map<String, String> files = new ConcurrentHashMap<>();
  private final AtomicInteger gets = new AtomicInteger();
  private volatile boolean full;
  private volatile String answerToPut = "200 OK\r\nContent-Length: 0\r\n\r\n";
  private volatile String coding = "";

  @BeforeEach
  void start() throws Exception {
    server = new RawServer(this::serve);
    f =
        new ServiceFixture(
            directory, ServiceFixture.config(Mode.BEHIND, 20_000), StagingLimits.DEFAULT);
    f.restartServiceWith(ServiceFixture.origin(server.uri().getPort(), 7, 20));
  }

  @AfterEach
  void stop() throws Exception {
    f.restartServiceWith(ServiceFixture.origin(f.serverPort(), 7, 20));
    f.close();
    server.close();
  }

  @Test
  void put_thatIsAnswered200_settles() throws Exception {
    f.put("a", "body");
    awaitSettled();
    assertThat(files).containsEntry("a", "body");
    assertThat(gets).as("a plain 200 needs no look").hasValue(0);
  }

  @Test
  void put_thatIsAnswered200WithAText_settlesWhenItIsReadBack() throws Exception {
    answerToPut = "200 OK\r\nContent-Length: 5\r\n\r\nsaved";
    f.put("a", "body");
    awaitSettled();
    assertThat(files).containsEntry("a", "body");
    assertThat(gets).hasValue(1);
  }

  @Test
  void put_thatIsAnswered202_settlesWhenItIsReadBack() throws Exception {
    answerToPut = "202 Accepted\r\nContent-Length: 0\r\n\r\n";
    f.put("a", "body");
    awaitSettled();
    assertThat(gets).hasValue(1);
  }

  @Test
  void put_thatIsAnswered200WithAnErrorText_staysPending_untilTheFileIsThere() throws Exception {
    full = true;
    answerToPut = "200 OK\r\nContent-Length: 16\r\n\r\nopen a: no space";
    f.put("a", "body");
    Await.until("it was read back twice", () -> gets.get() > 1);
    assertThat(f.store.pending(stored("a"))).isPresent();
    assertThat(f.read("a")).isEqualTo("body");

    full = false;
    awaitSettled();
    assertThat(files).containsEntry("a", "body");
  }

  @Test
  void readBack_thatIsCoded_confirmsNothing() throws Exception {
    answerToPut = "200 OK\r\nContent-Length: 5\r\n\r\nsaved";
    coding = "Content-Encoding: gzip\r\n";
    f.put("a", "body");
    Await.until("it was read back twice", () -> gets.get() > 1);
    assertThat(f.store.pending(stored("a"))).isPresent();

    coding = "";
    awaitSettled();
  }

  @Test
  void get_thatIsCoded_isNonsense_andNeverPublished() throws Exception {
    files.put("a", "body");
    coding = "Content-Encoding: gzip\r\n";
    assertThat(f.read("a")).isEqualTo("(nonsense)");
    assertThat(directory.resolve("volume/published/epoch/a")).doesNotExist();

    coding = "";
    assertThat(f.read("a")).isEqualTo("body");
  }

  private void serve(RawServer.Client client, int connection) throws Exception {
    while (true) {
      RawServer.Message request = client.requestWithBody();
      String name = request.head().replaceAll("(?s)^\\S+ \\S*/([^ /]+) .*", "$1");
      if (request.head().startsWith("PUT ")) {
        if (!full) {
          files.put(name, request.body());
        }
        client.send("HTTP/1.1 " + answerToPut);
      } else {
        gets.incrementAndGet();
        String body = files.get(name);
        client.send(
            body == null
                ? RawServer.NOT_FOUND
                : "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                    + coding
                    + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body);
      }
    }
  }

  private void awaitSettled() throws Exception {
    Await.until("all is settled", () -> f.store.allPending().isEmpty());
  }
}
