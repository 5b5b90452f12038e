package dev.holdfast.streams;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A stream from a network whose reads wait for so long at most. The stream below it must end a read
 * that waits when another thread closes it.
 *
 * <p>Threading: for one thread at a time.
 */
public final class PatientStream extends InputStream {
  private final InputStream in;
  private final long readMsMax;

  /** A read of the stream below. */
  private interface Read {
    int run() throws IOException;
  }

  /**
   * @param readMsMax how long one read waits, in milliseconds, 1 or more; after that it closes the
   *     stream below and throws a {@link SocketTimeoutException}
   */
  public PatientStream(InputStream in, long readMsMax) {
    this.in = in;
    this.readMsMax = readMsMax;
  }

  @Override
  public int read() throws IOException {
    return timed(in::read);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return timed(() -> in.read(into, offset, length));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int timed(Read read) throws IOException {
    var ended = new CompletableFuture<Void>();
    CompletableFuture<Void> _ =
        ended
            .orTimeout(readMsMax, TimeUnit.MILLISECONDS)
            .exceptionally(
                _ -> {
                  Thread.ofVirtual().start(this::closeBelow); // not on the timer's own thread
                  return null;
                });
    try {
      return read.run();
    } catch (IOException e) {
      if (ended.isCompletedExceptionally()) {
        throw new SocketTimeoutException("nothing came for " + readMsMax + " ms");
      }
      throw e;
    } finally {
      ended.complete(null);
    }
  }

  private void closeBelow() {
    try {
      in.close();
    } catch (IOException e) {
      // The read that waits has failed already, and says so.
    }
  }
}
