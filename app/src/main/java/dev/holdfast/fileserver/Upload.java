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
  /** How much of an unread body Go reads in order to keep the connection: 256 KiB. */
  private static final int DRAIN_BYTES_MAX = 256 << 10;

  private static final int COPY_BYTES = 32 * 1024;

  private final Request request;
  private final InputStream body;
  private final BooleanSupplier stopping;
  private ConnectionCut cut;
  private boolean ended;

  /**
   * @param stopping returns true if the server stops
   */
  Upload(Request request, Troubles troubles, BooleanSupplier stopping) {
    this.request = request;
    this.stopping = stopping;
    InputStream whole = Content.Source.asInputStream(request);
    boolean cut = request.getMethod().equals("PUT") && troubles.isOn(Trouble.CUT_UPLOADS);
    this.body = cut ? cutHalfway(whole, request.getLength()) : whole;
  }

  /** Returns true if the body comes in chunks, without a length announced before. */
  boolean chunked() {
    return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  /**
   * Copies the body.
   *
   * @return true if the body came whole, with the announced length; always false for a chunked body
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
        throw e; // a killed server leaves half a file and does not tidy up
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
   * Reads the unread rest of a small body, so that the connection can be kept. Does not ask a
   * client for its body that waits for 100 (Continue).
   *
   * @return false if the body is too large: close the connection then
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
      // Going on is safe: the answer goes out all the same, and a client that does not read it has
      // left.
    }
    return true;
  }

  private static InputStream cutHalfway(InputStream in, long length) {
    return new BreakingStream(
        in, Math.max(length, 0) / 2, new ConnectionCut("upload cut on purpose"));
  }
}
