package dev.holdfast.cas;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.http.HttpLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeersTest {
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer other;

  @BeforeEach
  void start() throws IOException {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    other.start();
  }

  @AfterEach
  void stop() {
    other.stop(0);
  }

  /** Nobody would close a client that is made now. */
  @Test
  void has_closedBeforeItsFirstUse_asksNobody() throws Exception {
    var peers = new Peers();
    peers.close();

    assertThat(peers.has(address(), Digest.EMPTY)).isInstanceOf(Peers.Said.Nothing.class);
    assertThat(asked).hasValue(0);
  }

  @Test
  void has_closedAfterAUse_asksNobody() throws Exception {
    var peers = new Peers();
    assertThat(peers.has(address(), Digest.EMPTY)).isEqualTo(new Peers.Said.Yes());
    peers.close();

    assertThat(peers.has(address(), Digest.EMPTY)).isInstanceOf(Peers.Said.Nothing.class);
    assertThat(asked).hasValue(1);
  }

  /** The client of the JDK has no setting of its own for this. */
  @ParameterizedTest
  @ValueSource(strings = {"bin/holdfast", "../compose/java.options"})
  void idleConnection_isClosedLongBeforeTheOtherSidecarDoes(String start) throws IOException {
    Matcher option =
        Pattern.compile("(?m)^ *-Djdk\\.httpclient\\.keepalive\\.timeout=(\\d+)\\b")
            .matcher(Files.readString(Path.of(start)));

    assertThat(option.find()).as("the option in " + start).isTrue();
    assertThat(Long.parseLong(option.group(1)) * 1_000)
        .isBetween(1_000L, HttpLimits.DEFAULT.idleTimeoutMs() / 2);
  }

  private String address() {
    return "127.0.0.1:" + other.getAddress().getPort();
  }
}
