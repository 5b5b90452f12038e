package dev.holdfast.fileserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** The body of a request. */
final class Upload {
  /** How much of an unread body Go reads so as to keep the connection: 256 KB. */
  private static final int DRAIN_BYTES_MAX = 256 << 10;

  private static final int COPY_BYTES = 32 * 1024;

  private final Request request;
  private final InputStream body;
  private final BooleanSupplier stopping;
  private ConnectionCut cut;
  private boolean ended;

  /**
   * @param stopping whether the server stops
   */
  Upload(Request request, Troubles troubles, BooleanSupplier stopping) {
    this.request = request;
    this.stopping = stopping;
    InputStream whole = Content.Source.asInputStream(request);
    boolean cut = request.getMethod().equals("PUT") && troubles.isOn(Trouble.CUT_UPLOADS);
    this.body = cut ? cutHalfway(whole, request.getLength()) : whole;
  }

  /** Whether the body comes in chunks, with no length said before. */
  boolean chunked() {
    return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  /**
   * Copies the body.
   *
   * @return whether all of it came and as much as the client had said: never for a chunked one
   * @throws IOException if the server stops meanwhile
   */
  boolean copyTo(OutputStream out) throws IOException {
    var buffer = new byte[COPY_BYTES];
    long copied = 0;
    try {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        out.write(buffer, 0, read);
        copied += read;
      }
    } catch (ConnectionCut e) {
      cut = e;
      return false;
    } catch (IOException e) {
      if (stopping.getAsBoolean()) {
        throw e; // a server that is killed leaves half a file, it does not tidy up
      }
      return false;
    }
    ended = true;
    return !chunked() && copied == Math.max(request.getLength(), 0);
  }

  /**
   * @throws ConnectionCut if this body has been cut on purpose
   */
  void requireNotCut() throws ConnectionCut {
    if (cut != null) {
      throw cut;
    }
  }

  /**
   * Reads what is unread of a small body, so that the connection can be kept. A client that waits
   * for 100 (Continue) is not asked for its body.
   *
   * @return false if the body is too large for that: the connection has to go
   */
  boolean drain() {
    if (ended || request.getHeaders().contains(HttpHeader.EXPECT)) {
      return true;
    }
    if (request.getLength() > DRAIN_BYTES_MAX) {
      return false;
    }
    try {
      body.readNBytes(DRAIN_BYTES_MAX);
    } catch (IOException e) {
      // The answer goes out all the same; who does not read it has left.
    }
    return true;
  }

  private static InputStream cutHalfway(InputStream in, long length) {
    return new BreakingStream(
        in, Math.max(length, 0) / 2, new ConnectionCut("upload cut on purpose"));
  }
}
