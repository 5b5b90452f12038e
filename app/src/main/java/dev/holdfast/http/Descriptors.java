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

/** File descriptors, of which a process has only so many: EMFILE and ENFILE of open(2). */
final class Descriptors {
  /** The answer to a request that failed so; a write may have got anywhere by then. */
  static final Problem PROBLEM =
      Problem.unavailable("too many files and connections are open here; try again in a moment")
          .with(Effect.UNKNOWN);

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(1);

  private Descriptors() {}

  /** Whether something failed for want of a file descriptor. */
  static boolean areShort(Throwable failure) {
    return Errno.EMFILE.isIn(failure) || Errno.ENFILE.isIn(failure);
  }

  /**
   * Has the JDK open what virtual threads need to wait for sockets. It opens that once, when the
   * first of them waits. If no descriptor is left by then, none of them can wait for a socket for
   * as long as the process lives.
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

  /** So many connections, or as many as leave half of the descriptors to files. */
  static int connectionsMax(int wanted) {
    try {
      // By its name: the type that has it is not of every JDK.
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
