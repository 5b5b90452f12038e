package dev.holdfast.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The threads on which Jetty accepts connections and reads requests.
 *
 * <p>When an answer was sent by another thread, Jetty has the pool go on with the connection, to
 * read what may have come meanwhile. That waits for nothing, since {@link QuickHandler} does not,
 * so the thread that sent the answer does it itself: to wake another one would cost more.
 */
final class JettyThreads extends QueuedThreadPool {
  /** One accepts, one reads; the rest is for the moments when Jetty hands something on. */
  private static final int MIN = 3;

  private static final int MAX = 8;

  JettyThreads() {
    super(MAX, MIN);
    setName("jetty");
    setReservedThreads(0); // they are for handlers that block
  }

  @Override
  public void execute(Runnable job) {
    if (job instanceof Connection) {
      job.run();
    } else {
      super.execute(job);
    }
  }
}
