package dev.holdfast.http;

import dev.holdfast.posix.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import javax.management.JMException;
import javax.management.ObjectName;

/** The shortage of file descriptors: EMFILE and ENFILE of open(2). */
final class Descriptors {
  /**
   * The answer to a request that failed for want of descriptors. A write may have got anywhere by
   * then.
   */
  static final Problem PROBLEM =
      Problem.unavailable("too many files and connections are open here; try again in a moment")
          .with(Effect.UNKNOWN);

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(1);

  private Descriptors() {}

  /** Returns true if a failure comes from a lack of file descriptors. */
  static boolean areShort(Throwable failure) {
    return Errno.EMFILE.isIn(failure) || Errno.ENFILE.isIn(failure);
  }

  /**
   * Makes the JDK open the descriptors that virtual threads need to wait for sockets. The JDK opens
   * them once, when the first virtual thread waits. If no descriptor is left by then, no virtual
   * thread can ever wait for a socket in this process.
   *
   * @throws UncheckedIOException if it cannot be opened
   */
  static void openForVirtualThreads() {
    try {
      waitOnce().get();
    } catch (IOException e) {
      throw cannotWait(e);
    } catch (ExecutionException e) {
      throw cannotWait(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted at the start"));
    }
  }

  private static UncheckedIOException cannotWait(Throwable cause) {
    return new UncheckedIOException(
        new IOException("virtual threads cannot wait for sockets", cause));
  }

  /** Has a virtual thread wait for a socket, and ends the wait as soon as it has begun. */
  private static Future<Void> waitOnce() throws IOException, InterruptedException {
    try (var nobodys = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var wait = new FutureTask<Void>(() -> awaitNobody(nobodys));
      Thread waiter = Thread.ofVirtual().name("first-wait").start(wait);
      // A time-out for the wait could be over before it begins, and nothing would be open then.
      boolean isOver = false;
      while (!isOver && waiter.getState() != Thread.State.WAITING) {
        isOver = waiter.join(LOOK_AGAIN_AFTER);
      }
      return wait;
    }
  }

  /** Waits until the socket is closed. */
  private static Void awaitNobody(ServerSocket nobodys) throws IOException {
    try {
      nobodys.accept().close();
    } catch (SocketException e) {
      if (!nobodys.isClosed()) {
        throw e;
      }
    }
    return null;
  }

  /**
   * Returns the wanted number of connections, or fewer, so that half of the descriptors is left to
   * files.
   */
  static int connectionsMax(int wanted) {
    try {
      // Asked by name: not every JDK has the type.
      Object most =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "MaxFileDescriptorCount");
      return most instanceof Long count ? Math.clamp(count / 2, 1, wanted) : wanted;
    } catch (JMException unknown) {
      return wanted;
    }
  }
}
