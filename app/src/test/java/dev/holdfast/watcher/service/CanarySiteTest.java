package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Patience;
import dev.holdfast.watcher.thread.PlantedError;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CanarySiteTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(CanarySite.class);

  private static final int FAILURES = 3;

  private final AtomicInteger attempts = new AtomicInteger();

  /** Says how an attempt to take a connection fails. */
  @FunctionalInterface
  private interface Plant {
    void fail() throws IOException;
  }

  /** Returns listeners whose first attempts fail. */
  private ServerSocketFactory failing(Plant plant) {
    return new ServerSocketFactory() {
      @Override
      public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
          @Override
          public Socket accept() throws IOException {
            if (attempts.incrementAndGet() <= FAILURES) {
              plant.fail();
            }
            return super.accept();
          }
        };
      }

      @Override
      public ServerSocket createServerSocket(int port) {
        throw new UnsupportedOperationException();
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog) {
        throw new UnsupportedOperationException();
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
        throw new UnsupportedOperationException();
      }
    };
  }

  /** The canary of a watcher must not fall silent for good. */
  @Test
  void accept_thatFailsAgainAsItIsLogged_goesOn() throws Exception {
    try (var canary =
        new CanarySite(
            "http",
            failing(
                () -> {
                  throw new PlantedError();
                }),
            _ -> {})) {
      assertThat(answer(canary)).endsWith("ok");
    }
  }

  @Test
  void accept_withoutDescriptors_pausesAfterEachFailure_andGoesOn() throws Exception {
    var pauses = new Semaphore(0);
    var turns = new Semaphore(0);
    try (var canary =
        new CanarySite(
            "http",
            failing(
                () -> {
                  throw new SocketException("Too many open files");
                }),
            _ -> {
              pauses.release();
              turns.acquire();
            })) {
      for (int i = 1; i <= FAILURES; i++) {
        assertThat(pauses.tryAcquire(Patience.STEP_S, TimeUnit.SECONDS)).as("it pauses").isTrue();
        assertThat(attempts).as("attempts before the pause is over").hasValue(i);
        turns.release();
      }

      assertThat(answer(canary)).endsWith("ok");
    }
  }

  private static String answer(CanarySite canary) throws IOException {
    URI url = canary.endpoint().request().url();
    try (var socket = new Socket(url.getHost(), url.getPort());
        InputStream in = socket.getInputStream()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
