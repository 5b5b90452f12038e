package dev.holdfast.origin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection that takes no answer for one that came before its request. HttpClient's own takes
 * such bytes for a sign of life, keeps them, and reads them as the answer to the next request.
 *
 * <p>Threading: used by one request after the other.
 */
final class OriginConnection extends DefaultManagedHttpClientConnection {
  /** The shortest that a socket can wait. */
  private static final Timeout LOOK = Timeout.ofMilliseconds(1);

  private Watched input;
  private boolean used;
  private long openedNanos;

  OriginConnection(String id) {
    super(id);
  }

  @Override
  public void bind(Socket socket) throws IOException {
    bind(
        new SocketHolder(socket) {
          @Override
          protected InputStream getInputStream(Socket from) throws IOException {
            input = new Watched(super.getInputStream(from));
            return input;
          }
        });
  }

  /**
   * Returns true if no request may be sent any more: the other side has closed the connection, or
   * has sent something that nobody asked for.
   */
  @Override
  public boolean isStale() {
    try {
      return isDataAvailable(LOOK) || input.ended;
    } catch (IOException e) {
      return true; // it is closed, or broken
    }
  }

  /**
   * Begins a request, of which nothing has been sent yet.
   *
   * @return now, on {@link System#nanoTime()}
   * @throws UnaskedException if there are bytes to read already
   */
  long begin() throws IOException {
    // Before the look: nothing that came earlier than this moment is taken for the answer.
    long now = System.nanoTime();
    if (ensureOpen().getInputStream().available() > 0) {
      throw new UnaskedException();
    }
    if (!used) {
      used = true;
      openedNanos = now;
    }
    return now;
  }

  /** A moment at which the connection was open: when its first request began. */
  long openedNanos() {
    return openedNanos;
  }

  /** Remembers that the other side has closed the connection: a look at its bytes does not tell. */
  private static final class Watched extends FilterInputStream {
    private boolean ended;

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      ended |= b < 0;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = super.read(bytes, offset, length);
      ended |= n < 0;
      return n;
    }
  }
}
