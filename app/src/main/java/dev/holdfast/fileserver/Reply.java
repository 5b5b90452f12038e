package dev.holdfast.fileserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer, written as Go's http.ResponseWriter does. A body that fits its buffer gets a
 * Content-Length and leaves when the request is done. A longer body is chunked.
 *
 * <p>Threading: used by the thread of the request alone.
 */
final class Reply {
  /** Go's {@code bufferBeforeChunkingSize}. */
  private static final int BUFFER_BYTES = 2048;

  static final String TEXT = "text/plain; charset=utf-8";

  private final Request request;
  private final Response response;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  Reply(Request request, Response response) {
    this.request = request;
    this.response = response;
    response.setStatus(200);
  }

  void status(int status) {
    response.setStatus(status);
  }

  void header(String name, String value) {
    // A field of our own: Jetty would respell a content type that it knows.
    response.getHeaders().put(new HttpField(name, value));
  }

  void contentType(String type) {
    header("Content-Type", type);
  }

  /** Go's {@code http.Error}: the text with a newline. */
  void error(int status, String text) throws IOException {
    status(status);
    contentType(TEXT);
    header("X-Content-Type-Options", "nosniff");
    write(text + "\n");
  }

  void write(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
  }

  /** Writes the first bytes of an array; blocks while the client does not read. */
  void write(byte[] bytes, int length) throws IOException {
    if (length <= buffer.remaining()) {
      buffer.put(bytes, 0, length);
      return;
    }
    flush();
    Content.Sink.write(response, false, ByteBuffer.wrap(bytes, 0, length));
  }

  /** Sends the rest of the answer. The request must let go of everything that it holds before. */
  void finish(Callback callback) {
    response.write(true, last(), callback);
  }

  /**
   * Sends the rest of the answer and says that it is the last one. The caller still has to close
   * the connection.
   */
  void finishLast() throws IOException {
    header("Connection", "close");
    Content.Sink.write(response, true, last());
    endPoint().shutdownOutput();
  }

  /** Closes the connection, after the bytes that have been written so far. */
  void cut(ConnectionCut why, Callback callback) {
    try {
      if (response.getStatus() == 200 && buffer.position() > 0) {
        flush();
      }
    } catch (IOException e) {
      why.addSuppressed(e); // the client is gone already, as it should be
    }
    endPoint().close();
    callback.failed(why);
  }

  /**
   * Returns true if the client has closed its connection. Read the whole body of the request
   * before. A client that has sent its next request already, without waiting, loses that request:
   * there is no way to look without reading.
   */
  boolean clientGone() throws IOException {
    int read = endPoint().fill(ByteBuffer.allocate(1).flip());
    if (read > 0) {
      header("Connection", "close");
    }
    return read < 0;
  }

  private ByteBuffer last() {
    if (!response.isCommitted()) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, buffer.position());
    }
    return buffer.flip();
  }

  private void flush() throws IOException {
    boolean chunks = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
    if (!response.isCommitted() && chunks) {
      // Without the header a closing connection would end the body, and a cut would look like the
      // end.
      header("Transfer-Encoding", "chunked");
    }
    Content.Sink.write(response, false, ByteBuffer.wrap(buffer.array(), 0, buffer.position()));
    buffer.clear();
  }

  private EndPoint endPoint() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }
}
