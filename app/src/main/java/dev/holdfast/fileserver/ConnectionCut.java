package dev.holdfast.fileserver;

import java.io.IOException;
import org.eclipse.jetty.io.QuietException;

/**
 * The connection is to be closed here and now, without the rest of an answer. Jetty does not log
 * it: it is meant.
 */
final class ConnectionCut extends IOException implements QuietException {
  private static final long serialVersionUID = 1L;

  ConnectionCut(String message) {
    super(message);
  }
}
