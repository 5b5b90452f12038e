package dev.holdfast.fileserver;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.SelectorManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every connection that was accepted. One that comes just as Jetty stops is forgotten by it and
 * stays open; the process of the real server would end, and all its connections with it.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class AcceptedChannels implements SelectorManager.AcceptListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AcceptedChannels.class);

  private final Set<SelectableChannel> open = ConcurrentHashMap.newKeySet();

  @Override
  public void onAccepting(SelectableChannel channel) {
    open.add(channel);
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    open.remove(channel);
  }

  @Override
  public void onClosed(SelectableChannel channel) {
    open.remove(channel);
  }

  @Override
  public void close() {
    for (SelectableChannel channel : open) {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("a connection could not be closed", e);
      }
    }
  }
}
