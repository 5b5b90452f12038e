package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client at place 1 sends single bytes to a server at place 2, which answers each with it. */
class CuttingProxyTest {
  private static final int CLIENT = 1;
  private static final int SERVER = 2;

  private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
  private final Links links = new Links();
  private RawServer server;
  private CuttingProxy proxy;
  private InetSocketAddress address;

  @BeforeEach
  void startBoth() throws IOException {
    server =
        new RawServer(
            (client, _) -> {
              for (int b = client.socket().getInputStream().read();
                  b >= 0;
                  b = client.socket().getInputStream().read()) {
                arrived.add(b);
                client.socket().getOutputStream().write(b);
              }
            });
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one());
    var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.uri().getPort());
    proxy = new CuttingProxy(links, SERVER, address, target, _ -> OptionalInt.of(CLIENT));
  }

  @AfterEach
  void endBoth() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void openLink_passesBothWays_andTheEnd() throws Exception {
    assertPassesBothWays();
  }

  @Test
  void silentLink_holdsBack_andPassesAllOnLater() throws Exception {
    try (Socket client = connect()) {
      cut(new Links.Fate.Silent(), CLIENT, SERVER);
      client.getOutputStream().write('a');
      client.getOutputStream().write('b');
      try (Socket beside = connect()) {
        beside.getOutputStream().write('c');
        assertThat(arrived).isEmpty();

        links.heal();

        assertThat(beside.getInputStream().read()).isEqualTo('c');
      }
      assertThat(new DataInputStream(client.getInputStream()).readShort())
          .isEqualTo((short) ('a' << 8 | 'b'));
    }
  }

  @Test
  void silentLink_leavesNothingOfAConnectionThatWasGivenUp() throws Exception {
    cut(new Links.Fate.Silent(), CLIENT, SERVER);
    try (Socket givenUp = connect();
        Socket reset = connect()) {
      givenUp.getOutputStream().write('a');
      reset.getOutputStream().write('b');
      reset.setSoLinger(true, 0);
      Await.until("both are held back", () -> links.waiting() == 2);
    }
    Await.until("they take no descriptor", () -> links.waiting() == 0);
    try (Socket waiting = connect()) {
      waiting.getOutputStream().write('c');
      Await.until("it alone is held back", () -> links.waiting() == 1);

      links.heal();

      assertThat(waiting.getInputStream().read()).isEqualTo('c');
      waiting.getOutputStream().write('d');
      assertThat(waiting.getInputStream().read()).isEqualTo('d');
    }
    proxy.close();
    assertThat(arrived).containsExactly((int) 'c', (int) 'd');
  }

  @Test
  void connectionsThatTheClientHasEnded_areBounded() throws Exception {
    try (var slow = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      var before = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one());
      var target = new InetSocketAddress(slow.getInetAddress(), slow.getLocalPort());
      try (var _ = new CuttingProxy(links, SERVER, before, target, _ -> OptionalInt.of(CLIENT))) {
        var ended = new ArrayList<Socket>();
        for (int i = 0; i < CuttingProxy.ENDED_MAX; i++) {
          try (var client = new Socket(before.getAddress(), before.getPort())) {
            client.getOutputStream().write(i);
          }
          ended.add(slow.accept());
          assertThat(ended.getLast().getInputStream().readAllBytes()).containsExactly(i);
        }
        try (var another = new Socket(before.getAddress(), before.getPort())) {
          another.getOutputStream().write('a');
          Socket there = slow.accept();
          assertThat(there.getInputStream().read()).isEqualTo('a');
          another.shutdownOutput();
          assertThatThrownBy(() -> another.getInputStream().read())
              .isInstanceOf(SocketException.class);
          assertThatThrownBy(() -> there.getInputStream().read())
              .isInstanceOf(SocketException.class);
        }
        for (Socket socket : ended) {
          socket.close();
        }
        Await.until(
            "there is room for another one",
            () -> {
              try (var client = new Socket(before.getAddress(), before.getPort())) {
                client.getOutputStream().write('b');
                client.shutdownOutput();
                try (Socket there = slow.accept()) {
                  there.getOutputStream().write(there.getInputStream().readAllBytes());
                }
                return client.getInputStream().read() == 'b';
              } catch (SocketException reset) {
                return false;
              }
            });
      }
    }
  }

  @Test
  void connectionsBeyondTheBound_waitForAPlace() throws Exception {
    cut(new Links.Fate.Silent(), CLIENT, SERVER);
    var clients = new ArrayList<Socket>();
    for (int i = 0; i <= CuttingProxy.OPEN_MAX; i++) {
      clients.add(connect());
      clients.getLast().getOutputStream().write('a');
    }
    Await.until("all places are taken", () -> links.waiting() == CuttingProxy.OPEN_MAX);
    links.heal();
    for (Socket client : clients) {
      assertThat(client.getInputStream().read()).isEqualTo('a');
      client.close();
    }
  }

  @Test
  void silentWayBack_letsRequestsArrive() throws Exception {
    try (Socket client = connect()) {
      cut(new Links.Fate.Silent(), SERVER, CLIENT);
      client.getOutputStream().write('a');

      assertThat(arrived.take()).isEqualTo('a');
      assertThat(client.getInputStream().available()).isZero();

      links.heal();
      assertThat(client.getInputStream().read()).isEqualTo('a');
    }
  }

  @Test
  void resetLink_endsConnections_andRefusesNewOnes() throws Exception {
    try (Socket client = connect()) {
      client.getOutputStream().write('a');
      assertThat(client.getInputStream().read()).isEqualTo('a');

      cut(new Links.Fate.Reset(), CLIENT, SERVER);

      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
      try (Socket beside = connect()) {
        assertThatThrownBy(
                () -> {
                  beside.getOutputStream().write('b');
                  beside.getInputStream().read();
                })
            .isInstanceOf(SocketException.class);
      }
      links.heal();
    }
    assertPassesBothWays();
  }

  @Test
  void lateLink_passesAllOn() throws Exception {
    cut(new Links.Fate.Late(Duration.ofMillis(5)), CLIENT, SERVER);

    assertPassesBothWays();
  }

  @Test
  void aPlaceAlwaysReachesItself() {
    links.set(3, new Links.Fate.Silent(), (_, _) -> true);

    assertThat(links.fate(1, 1)).isEqualTo(new Links.Fate.Open());
    assertThat(links.fate(1, 3)).isEqualTo(new Links.Fate.Silent());
  }

  @Test
  void target_isNotThere_theConnectionIsReset() throws Exception {
    server.close();
    try (Socket client = connect()) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  private void assertPassesBothWays() throws Exception {
    try (Socket client = connect()) {
      client.getOutputStream().write('a');
      assertThat(client.getInputStream().read()).isEqualTo('a');

      client.shutdownOutput();

      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  private Socket connect() throws IOException {
    var client = new Socket();
    client.setTcpNoDelay(true);
    client.setSoTimeout((int) Patience.STEP.toMillis());
    client.connect(address);
    return client;
  }

  private void cut(Links.Fate fate, int from, int to) {
    links.set(2, fate, (sender, getter) -> sender == from && getter == to);
  }
}
