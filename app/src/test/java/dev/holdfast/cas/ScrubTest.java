package dev.holdfast.cas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.testkit.DeadProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScrubTest {
  private static final byte[] BLOB = "blob".getBytes(UTF_8);
  private static final String DIGEST = HexFormat.of().formatHex(Digest.sha256().digest(BLOB));

  private final List<String> bad = new ArrayList<>();
  private HttpServer front;

  @BeforeEach
  void start() throws IOException {
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.createContext(
        "/cas/" + DIGEST,
        exchange -> {
          exchange.sendResponseHeaders(200, BLOB.length);
          exchange.getResponseBody().write(BLOB);
          exchange.close();
        });
    front.start();
  }

  @AfterEach
  void stop() {
    front.stop(0);
  }

  /** A proxy that the machine has for the web knows no front. */
  @Test
  void front_isAskedWithoutTheProxyOfTheMachine() throws Exception {
    Scrub scrub;
    try (DeadProxy _ = DeadProxy.set()) {
      scrub = new Scrub(Long.MAX_VALUE, new Bad());
      scrub.blob(URI.create("http://127.0.0.1:" + front.getAddress().getPort()), DIGEST);
    }

    assertThat(bad).isEmpty();
    assertThat(scrub.blobs()).isEqualTo(1);
    assertThat(scrub.bytes()).isEqualTo(BLOB.length);
  }

  private final class Bad implements Scrub.Report {
    @Override
    public void checked(long blobs, long bytes) {}

    @Override
    public void bad(String where, String why) {
      bad.add(where + ": " + why);
    }
  }
}
