package dev.holdfast.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The threads on which Jetty accepts connections and reads requests.
 *
 * <p>When another thread has sent an answer, Jetty makes the pool go on with the connection, to
 * read bytes that may have come meanwhile. This never waits, since {@link QuickHandler} does not.
 * So the thread that sent the answer does it itself: waking another thread would cost more.
 */
final class JettyThreads extends QueuedThreadPool {
  /** One thread accepts and one reads. The third is for moments when Jetty hands something on. */
  private static final int MIN = 3;

  private static final int MAX = 8;

  JettyThreads() {
    super(MAX, MIN);
    setName("jetty");
    setReservedThreads(0); // these are for handlers that block
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
