package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.Address;
import dev.holdfast.counters.Network.Outcome;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to actors that answer, and to others that do not. */
class HttpNetworkTest {
  private static final String REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nreply";
  private static final long LONG_MS = Patience.STEP.toMillis();

  private HttpNetwork network;

  @BeforeEach
  void start() throws IOException {
    network = new HttpNetwork("127.0.0.1", 7777);
  }

  @AfterEach
  void stop() {
    network.close();
  }

  private CompletableFuture<Outcome> ask(int port, String message, long timeoutMs) {
    return ask(new Address("127.0.0.1", port), message, timeoutMs);
  }

  private CompletableFuture<Outcome> ask(Address to, String message, long timeoutMs) {
    var outcome = new CompletableFuture<Outcome>();
    network.ask(to, message.getBytes(StandardCharsets.US_ASCII), timeoutMs, outcome::complete);
    return outcome;
  }

  private static Outcome ended(CompletableFuture<Outcome> outcome) throws Exception {
    return outcome.get(Patience.STEP_S, TimeUnit.SECONDS);
  }

  private static String replied(CompletableFuture<Outcome> outcome) throws Exception {
    assertThat(ended(outcome)).isInstanceOf(Outcome.Replied.class);
    return new String(((Outcome.Replied) ended(outcome)).reply(), StandardCharsets.US_ASCII);
  }

  @Test
  void message_isAPost_andConnectionsAreKept() throws Exception {
    var heads = new ArrayList<RawServer.Message>();
    var connections = new AtomicInteger();
    try (var server =
        new RawServer(
            (client, _) -> {
              connections.incrementAndGet();
              while (true) {
                heads.add(client.requestWithBody());
                client.send(REPLY);
              }
            })) {
      for (int i = 0; i < 3; i++) {
        assertThat(replied(ask(server.uri().getPort(), "message " + i, LONG_MS)))
            .isEqualTo("reply");
      }
    }
    assertThat(connections).hasValue(1);
    assertThat(heads)
        .extracting(RawServer.Message::body)
        .containsExactly("message 0", "message 1", "message 2");
    assertThat(heads.getFirst().head())
        .startsWith("POST /peer HTTP/1.1\r\nHost: 127.0.0.1:")
        .contains("\r\nContent-Type: application/octet-stream\r\n");
  }

  @Test
  void reply_thatComesByteByByte_isWhole() throws Exception {
    try (var server =
        new RawServer(
            (client, _) -> {
              client.socket().setTcpNoDelay(true);
              client.request();
              for (int i = 0; i < REPLY.length(); i++) {
                client.send(REPLY.substring(i, i + 1));
              }
              client.request();
            })) {
      assertThat(replied(ask(server.uri().getPort(), "m", LONG_MS))).isEqualTo("reply");
    }
  }

  @Test
  void longMessage_andLongReply_areWhole() throws Exception {
    String longOne = "x".repeat(3_000_000);
    try (var server =
        new RawServer(
            (client, _) -> {
              String body = client.requestWithBody().body();
              client.send(
                  "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
              client.request();
            })) {
      assertThat(replied(ask(server.uri().getPort(), longOne, LONG_MS))).isEqualTo(longOne);
    }
  }

  @Test
  void portWhereNobodyListens_refuses() throws Exception {
    int port = FreePorts.one();
    assertThat(ended(ask(port, "m", LONG_MS))).isInstanceOf(Outcome.Refused.class);
    var many = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < 100; i++) {
      many.add(ask(port, "m", LONG_MS));
    }
    for (CompletableFuture<Outcome> one : many) {
      assertThat(ended(one)).isInstanceOf(Outcome.Refused.class);
    }
  }

  @Test
  void nameThatIsUnknown_isSilent_andOneThatIsKnownIsAsked() throws Exception {
    assertThat(ended(ask(new Address("nobody.invalid", 7777), "m", LONG_MS)))
        .isInstanceOf(Outcome.Silent.class);
    try (var server = new RawServer(HttpNetworkTest::answerAll)) {
      assertThat(replied(ask(new Address("localhost", server.uri().getPort()), "m", LONG_MS)))
          .isEqualTo("reply");
    }
  }

  private static void answerAll(RawServer.Client client, int connection) throws IOException {
    while (connection > 0) {
      client.request();
      client.send(REPLY);
    }
  }

  @Test
  void silentActor_isSilent_andAllConnectionsToItAreGivenUp() throws Exception {
    var both = new CountDownLatch(2); // the first message may not be answered before the second one
    var lost = new CountDownLatch(1);
    var heal = new CountDownLatch(1);
    var connections = new AtomicInteger();
    try (var server =
        new RawServer(
            (client, connection) -> {
              connections.incrementAndGet();
              client.request();
              both.countDown();
              both.await();
              client.send(REPLY);
              if (connection <= 2) {
                client.request(); // of the cut: it is never answered
                lost.countDown();
                heal.await();
                client.socket().getInputStream().read(); // ends when the other side closes
                return;
              }
              answerAll(client, connection);
            })) {
      int port = server.uri().getPort();
      CompletableFuture<Outcome> one = ask(port, "m", LONG_MS);
      CompletableFuture<Outcome> two = ask(port, "m", LONG_MS);
      replied(one);
      replied(two);
      assertThat(connections).hasValue(2);
      // Where the machine stands still, the time may be up before the message is sent.
      do {
        assertThat(ended(ask(port, "lost", 100))).isInstanceOf(Outcome.Silent.class);
      } while (!lost.await(1, TimeUnit.SECONDS));
      heal.countDown();
      assertThat(replied(ask(port, "m", LONG_MS))).isEqualTo("reply");
      assertThat(connections).hasValue(3);
    }
  }

  @Test
  void brokenConnection_isSilent_andNoMessageIsSentTwice() throws Exception {
    var messages = new AtomicInteger();
    try (var server =
        new RawServer(
            (client, connection) -> {
              if (connection == 1) {
                client.request();
                client.send(REPLY);
              }
              client.request();
              messages.incrementAndGet();
              client.socket().setSoLinger(true, 0); // a reset, not an end
            })) {
      int port = server.uri().getPort();
      replied(ask(port, "m", LONG_MS));
      assertThat(ended(ask(port, "on a connection that was used", LONG_MS)))
          .isInstanceOf(Outcome.Silent.class);
      assertThat(messages).hasValue(1);
      assertThat(ended(ask(port, "on a new one", LONG_MS))).isInstanceOf(Outcome.Silent.class);
      assertThat(messages).hasValue(2);
    }
  }

  @Test
  void keptConnection_thatTheOtherSideCloses_isNotUsed() throws Exception {
    var ended = new CountDownLatch(1);
    try (var server =
        new RawServer(
            (client, connection) -> {
              client.request();
              client.send(REPLY);
              if (connection == 1) {
                client.socket().close();
                ended.countDown();
              } else {
                answerAll(client, connection);
              }
            })) {
      int port = server.uri().getPort();
      replied(ask(port, "m", LONG_MS));
      ended.await();
      // The end may come later than the next message. That one is silent then, and no more.
      Await.until(
          "a new connection is opened",
          () -> ended(ask(port, "m", LONG_MS)) instanceof Outcome.Replied);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n" + REPLY,
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nreply",
        "HTTP/1.1 200 OK\r\n\r\nreply",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nreply\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nreply",
        "HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\nreply",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nreply",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nreply",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\nreply",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "\r\n\r\n"
      })
  void answerThatNoActorGives_isSilent(String answer) throws Exception {
    try (var server =
        new RawServer(
            (client, connection) -> {
              client.request();
              client.send(connection == 1 ? answer : REPLY);
              client.request();
            })) {
      int port = server.uri().getPort();
      assertThat(ended(ask(port, "m", LONG_MS))).isInstanceOf(Outcome.Silent.class);
      assertThat(replied(ask(port, "m", LONG_MS))).isEqualTo("reply");
    }
  }

  @Test
  void headWithoutEnd_isGivenUp() throws Exception {
    try (var server =
        new RawServer(
            (client, _) -> {
              client.request();
              client.send("HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000));
              client.request();
            })) {
      assertThat(ended(ask(server.uri().getPort(), "m", LONG_MS)))
          .isInstanceOf(Outcome.Silent.class);
    }
  }

  @Test
  void connectionThatIsSaidToEnd_isNotUsedAgain() throws Exception {
    var connections = new AtomicInteger();
    try (var server =
        new RawServer(
            (client, _) -> {
              connections.incrementAndGet();
              client.request();
              client.send(REPLY.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
              client.socket().getInputStream().read();
            })) {
      replied(ask(server.uri().getPort(), "m", LONG_MS));
      replied(ask(server.uri().getPort(), "m", LONG_MS));
    }
    assertThat(connections).hasValue(2);
  }

  @Test
  void messagesToASilentActor_areBounded_andFurtherOnesEndAtOnce() throws Exception {
    var end = new CountDownLatch(1);
    try (var server = new RawServer((_, _) -> end.await())) {
      int port = server.uri().getPort();
      var waiting = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 0; i < PeerLink.CONNECTIONS_MAX + PeerLink.WAITING_MAX; i++) {
        waiting.add(ask(port, "m", LONG_MS));
      }
      assertThat(ended(ask(port, "too many", LONG_MS))).isInstanceOf(Outcome.Silent.class);
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      try (var other = new RawServer(HttpNetworkTest::answerAll)) {
        assertThat(replied(ask(other.uri().getPort(), "m", LONG_MS))).isEqualTo("reply");
      }
      network.close();
      for (CompletableFuture<Outcome> one : waiting) {
        assertThat(ended(one)).isInstanceOf(Outcome.Silent.class);
      }
      end.countDown();
    }
  }

  @Test
  void waitingMessages_areSentInTurn() throws Exception {
    try (var server = new RawServer(HttpNetworkTest::answerAll)) {
      var all = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 0; i < 200; i++) {
        all.add(ask(server.uri().getPort(), "m", LONG_MS));
      }
      for (CompletableFuture<Outcome> one : all) {
        assertThat(replied(one)).isEqualTo("reply");
      }
    }
  }

  /** An actor may ask another one so many questions at once: that one is not silent. */
  @Test
  void asManyMessagesAsAnActorAsksAtOnce_areAllSent() throws Exception {
    try (var server = new RawServer(HttpNetworkTest::answerAll)) {
      var all = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 0; i < 4_096; i++) {
        all.add(ask(server.uri().getPort(), "m", LONG_MS));
      }
      for (CompletableFuture<Outcome> one : all) {
        assertThat(replied(one)).isEqualTo("reply");
      }
    }
  }

  @Test
  void serverThatDoesNotAccept_isSilent() throws Exception {
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var all = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 0; i < 8; i++) {
        all.add(ask(full.getLocalPort(), "m", 300));
      }
      for (CompletableFuture<Outcome> one : all) {
        assertThat(ended(one)).isInstanceOf(Outcome.Silent.class);
      }
    }
  }

  @Test
  void outcomeThatFails_endsNoOther() throws Exception {
    try (var server = new RawServer(HttpNetworkTest::answerAll)) {
      var to = new Address("127.0.0.1", server.uri().getPort());
      network.ask(
          to,
          new byte[1],
          LONG_MS,
          _ -> {
            throw new IllegalStateException("planted");
          });
      assertThat(replied(ask(to, "m", LONG_MS))).isEqualTo("reply");
    }
  }

  @Test
  void afterTheEnd_allIsSilent() throws Exception {
    network.close();
    assertThat(ended(ask(FreePorts.one(), "m", LONG_MS))).isInstanceOf(Outcome.Silent.class);
  }

  @Test
  void own_isTheAddressThatItListensOn_andNoOtherOfTheMachine() throws Exception {
    assertThat(network.isOwn(Address.parse("127.0.0.1", 7777))).isTrue();
    assertThat(network.isOwn(Address.parse("127.0.0.1:7778", 7777))).isFalse();
    assertThat(network.isOwn(Address.parse("127.0.0.2", 7777))).isFalse();
    assertThat(network.isOwn(Address.parse("::1", 7777))).isFalse();
    assertThat(network.isSurelyOwn(Address.parse("127.0.0.1", 7777))).isTrue();
    assertThat(network.isSurelyOwn(Address.parse("127.0.0.1:7778", 7777))).isFalse();
    Await.until("the name is looked up", () -> network.isOwn(Address.parse("localhost", 7777)));
    assertThat(network.isSurelyOwn(Address.parse("localhost", 7777))).as("it may change").isFalse();
  }

  @Test
  void own_behindAWildcard_areAllAddressesOfTheMachine() throws Exception {
    try (var all = new HttpNetwork("0.0.0.0", 7777)) {
      List<InetAddress> addresses =
          NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
      for (InetAddress address : addresses) {
        assertThat(all.isOwn(Address.parse(address.getHostAddress(), 7777))).isTrue();
        assertThat(all.isSurelyOwn(Address.parse(address.getHostAddress(), 7777))).isFalse();
      }
      assertThat(all.isOwn(Address.parse("192.0.2.1", 7777))).isFalse();
    }
  }
}
