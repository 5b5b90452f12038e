package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connector alone, without a service behind it. */
class ClosingConnectorTest {
  private final Server server = new Server(new VirtualThreadPool());
  private final ClosingConnector connector =
      new ClosingConnector(server, new HttpConnectionFactory());
  private final AtomicBoolean busy = new AtomicBoolean(true);

  @BeforeEach
  void start() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    busy.set(false);
    server.stop();
  }

  /** The acceptor is a virtual thread. It cannot run while others keep all processors. */
  @Test
  void close_whileTheAcceptorCannotRun_leavesThePortFree() throws Exception {
    int port = connector.getLocalPort();
    keepAllProcessors();
    var bound =
        new FutureTask<>(
            () -> {
              connector.close();
              return canListen(port);
            });
    var closer = new Thread(bound);
    closer.start();
    Await.until(
        "it has closed, or waits",
        () -> bound.isDone() || closer.getState() == Thread.State.WAITING);
    busy.set(false);
    assertThat(bound.get()).as("the port is free").isTrue();
  }

  private void keepAllProcessors() throws InterruptedException {
    var running = new CountDownLatch(Runtime.getRuntime().availableProcessors());
    for (long i = running.getCount(); i > 0; i--) {
      Thread.startVirtualThread(
          () -> {
            running.countDown();
            while (busy.get()) {
              Thread.onSpinWait();
            }
          });
    }
    running.await();
  }

  private static boolean canListen(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
