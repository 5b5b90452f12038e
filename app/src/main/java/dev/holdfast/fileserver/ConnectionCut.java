package dev.holdfast.fileserver;

import java.io.IOException;
import org.eclipse.jetty.io.QuietException;

/**
 * Tells Jetty to close the connection at once, without the rest of an answer. Jetty does not log
 * it, since it is meant.
 */
final class ConnectionCut extends IOException implements QuietException {
  private static final long serialVersionUID = 1L;

  ConnectionCut(String message) {
    super(message);
  }
}
