package dev.holdfast.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Takes the connections that come to a listener. */
public final class Accepting {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Accepting() {}

  /**
   * Takes all that come until the listener is closed. Goes on when a connection cannot be taken,
   * such as for want of descriptors: without a word nobody would be answered any more.
   *
   * @param taker must not wait for the connection, and sees to its end
   */
  public static void all(ServerSocket listener, Consumer<Socket> taker) {
    while (!listener.isClosed()) {
      try {
        Socket accepted = listener.accept();
        try {
          taker.accept(accepted);
        } catch (RejectedExecutionException ending) {
          accepted.close();
        }
      } catch (IOException closedOrFull) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }
}
