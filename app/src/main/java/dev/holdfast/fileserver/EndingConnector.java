package dev.holdfast.fileserver;

import dev.holdfast.http.ClosingConnector;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connector that knows every connection it accepted, and closes them at the end as the real
 * server's process would. Jetty forgets a connection that comes just as it stops. That connection
 * would stay open, and its client would wait for good.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class EndingConnector extends ClosingConnector {
  private static final Logger log = LoggerFactory.getLogger(EndingConnector.class);

  private final Set<SocketChannel> accepted = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  EndingConnector(Server server, HttpConnectionFactory http) {
    super(server, http);
  }

  /** Jetty calls this for every accepted connection before it does anything else with it. */
  @Override
  protected void configure(Socket socket) {
    super.configure(socket);
    accepted.removeIf(channel -> !channel.isOpen());
    accepted.add(socket.getChannel());
    if (ended) {
      end();
    }
  }

  /**
   * Does nothing: acceptors end when their listening socket is closed. An interrupt could reach an
   * acceptor that has just accepted a connection. The JDK would then lose that connection and leave
   * it open.
   */
  @Override
  protected void interruptAcceptors() {}

  /** Closes all connections that are still open. Call it when Jetty has stopped. */
  void end() {
    ended = true;
    for (SocketChannel channel : accepted) {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("a connection could not be closed", e);
      }
    }
  }
}
