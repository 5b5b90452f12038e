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
 * A connector that knows every connection it accepted. One that comes just as Jetty stops is
 * forgotten by it and stays open, and who asked through it waits for good; the process of the real
 * server would end, and all its connections with it.
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

  /** Called for every accepted connection before anything else is done with it. */
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
   * Acceptors end by the close of what they listen on. An interrupt would reach one that has just
   * accepted a connection, and the JDK would lose that connection, which stays open then.
   */
  @Override
  protected void interruptAcceptors() {}

  /** Closes whatever is still open. To be called when Jetty has stopped. */
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
