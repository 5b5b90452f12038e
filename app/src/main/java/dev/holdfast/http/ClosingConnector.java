package dev.holdfast.http;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A connector whose port is free when its close returns. The JDK lets the thread that accepts on a
 * listening socket end it, and that thread may not have run yet.
 *
 * <p>Threading: may be used from any number of threads.
 */
public class ClosingConnector extends ServerConnector {
  private final Semaphore accepting = new Semaphore(1); // there is one acceptor

  /** Makes a connector with one acceptor and one selector, on the threads of the server. */
  public ClosingConnector(Server server, ConnectionFactory http) {
    super(server, 1, 1, http);
  }

  @Override
  public void accept(int acceptor) throws IOException {
    accepting.acquireUninterruptibly();
    try {
      super.accept(acceptor);
    } finally {
      accepting.release();
    }
  }

  @Override
  public void close() {
    super.close();
    accepting.acquireUninterruptibly();
    accepting.release();
  }
}
