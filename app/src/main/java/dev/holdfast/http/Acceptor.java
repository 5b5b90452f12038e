package dev.holdfast.http;

import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;

/**
 * Accepts connections. A connection without a free file descriptor waits in the backlog of the
 * listening socket until there is one. This is not a failure. A line in the log says so now and
 * then.
 */
final class Acceptor extends ClosingConnector {
  /** The wait after such a connection, in milliseconds: the same as Jetty's after any failure. */
  private static final long PAUSE_MS = 1_000;

  private final Logger log;

  Acceptor(Server server, ConnectionFactory http, Logger log) {
    super(server, http);
    this.log = log;
  }

  @Override
  protected boolean handleAcceptFailure(Throwable failure) {
    if (!isRunning() || !Descriptors.areShort(failure)) {
      return super.handleAcceptFailure(failure);
    }
    log.warn("no file descriptor is left for a new connection; it waits: {}", failure.getMessage());
    try {
      Thread.sleep(PAUSE_MS);
      return true;
    } catch (InterruptedException stopped) {
      return false;
    }
  }
}
