package dev.holdfast.scoreboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.DeadProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SidecarWatchTest {
  private HttpServer sidecar;

  @BeforeEach
  void start() throws IOException {
    sidecar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sidecar.start();
  }

  @AfterEach
  void stop() {
    sidecar.stop(0);
  }

  /** A proxy that the machine has for the web knows no sidecar. */
  @Test
  void sidecar_isAskedWithoutTheProxyOfTheMachine() throws Exception {
    answer("{\"pendingCount\":7}");

    try (DeadProxy _ = DeadProxy.set();
        var watch = SidecarWatch.start(List.of(address()))) {
      Await.until("it answers", () -> watch.states().getFirst().answers());
      assertThat(watch.states().getFirst().pendingCount()).isEqualTo(7);
    }
  }

  private void answer(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    sidecar.createContext(
        "/status",
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String address() {
    return "127.0.0.1:" + sidecar.getAddress().getPort();
  }
}
