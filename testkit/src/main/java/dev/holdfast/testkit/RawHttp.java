package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * One HTTP/1.1 connection. The test decides each byte that is sent, and can break off at any of
 * them. The connection mends nothing: no retry, no redirect, no encoding, no header but {@code
 * Host}.
 *
 * <pre>{@code
 * try (RawHttp http = RawHttp.connect(base, timeout)) {
 *   http.request("PUT", "/api/fileserver/a", "Content-Length: 10").text("half ");
 *   http.reset();
 * }
 * }</pre>
 *
 * <p>Threading: for one thread at a time. {@link #reset} and {@link #close} may be called from any
 * thread, and end a call that blocks with a {@link java.net.SocketException}.
 */
public final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;
  private final ResponseReader reader;
  private final String host;
  private boolean headRequested;
  private boolean closeRequested;
  private boolean reusable = true;

  private RawHttp(Socket socket, String host) throws IOException {
    this.socket = socket;
    this.host = host;
    out = socket.getOutputStream();
    reader = new ResponseReader(socket.getInputStream());
  }

  /**
   * Opens a connection.
   *
   * @param base the URI with the host and the port; its path is not used
   * @param timeout for connecting, and for each wait for bytes to read. Writing has no time-out, as
   *     no socket has: if a server may stop reading, call {@link #reset} from another thread
   * @throws IOException if nothing listens there, or not in time
   */
  public static RawHttp connect(URI base, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      int port = base.getPort() < 0 ? 80 : base.getPort();
      int timeoutMs = Math.toIntExact(timeout.toMillis());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeoutMs);
      socket.connect(new InetSocketAddress(base.getHost(), port), timeoutMs);
      return new RawHttp(socket, base.getHost() + ":" + port);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a request line, {@code Host}, these header lines and the empty line.
   *
   * @param target the exact target of the request line
   * @param headerLines each as {@code "Name: value"}
   */
  public RawHttp request(String method, String target, String... headerLines) throws IOException {
    return requestBytes(method, target.getBytes(UTF_8), headerLines);
  }

  /** Sends a request line with a target of any bytes. */
  public RawHttp requestBytes(String method, byte[] target, String... headerLines)
      throws IOException {
    headRequested = method.equals("HEAD");
    closeRequested = Stream.of(headerLines).anyMatch("Connection: close"::equalsIgnoreCase);
    StringBuilder fields = new StringBuilder();
    fields.append(" HTTP/1.1\r\n").append("Host: ").append(host).append("\r\n");
    for (String line : headerLines) {
      fields.append(line).append("\r\n");
    }
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes((method + ' ').getBytes(UTF_8));
    head.writeBytes(target);
    head.writeBytes(fields.append("\r\n").toString().getBytes(UTF_8));
    return bytes(head.toByteArray());
  }

  /** Sends exactly this text, as UTF-8. */
  public RawHttp text(String text) throws IOException {
    return bytes(text.getBytes(UTF_8));
  }

  /** Sends exactly these bytes. */
  public RawHttp bytes(byte[] bytes) throws IOException {
    out.write(bytes);
    return this;
  }

  /**
   * Sends this as one chunk of a chunked body. It must not be empty, since an empty chunk is the
   * last one.
   */
  public RawHttp chunk(byte[] data) throws IOException {
    if (data.length == 0) {
      throw new IllegalArgumentException("an empty chunk ends the body: use lastChunk");
    }
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(data.length + 16);
    chunk.writeBytes((Integer.toHexString(data.length) + "\r\n").getBytes(US_ASCII));
    chunk.writeBytes(data);
    chunk.writeBytes("\r\n".getBytes(US_ASCII));
    return bytes(chunk.toByteArray());
  }

  /** Ends a chunked body, without trailers. */
  public RawHttp lastChunk() throws IOException {
    return text("0\r\n\r\n");
  }

  /**
   * Reads the next response whole, even an interim one ({@code 100 Continue}).
   *
   * @throws java.io.EOFException if the connection ends before the response does
   * @throws java.net.SocketTimeoutException if nothing comes within the time-out
   * @throws java.net.ProtocolException if the bytes are not HTTP
   */
  public RawResponse response() throws IOException {
    RawResponse response = reader.body(reader.head(), headRequested);
    reusable = !closeRequested && response.leavesConnectionOpen() && !reader.hasReadToClose();
    return response;
  }

  /** Reads responses up to a final one, and returns that. */
  public RawResponse finalResponse() throws IOException {
    RawResponse response = response();
    while (response.isInterim()) {
      response = response();
    }
    return response;
  }

  /** Reads status and headers alone. The body, with its chunking, is left for {@link #read}. */
  public RawResponse responseHead() throws IOException {
    reusable = false;
    return reader.head();
  }

  /** Reads exactly so many bytes, as they come over the wire. */
  public byte[] read(int count) throws IOException {
    return reader.exactly(count);
  }

  /** Reads all bytes until the peer ends the connection. */
  public byte[] readToEnd() throws IOException {
    reusable = false;
    return reader.toEnd();
  }

  /**
   * Waits until the peer sends something or ends the connection.
   *
   * @return true if the peer has ended it in order (FIN); a reset is a {@link
   *     java.net.SocketException}
   */
  public boolean isEndedByPeer() throws IOException {
    return reader.isAtEnd();
  }

  /** Returns true if the last response leaves the connection fit for another request. */
  public boolean isReusable() {
    return reusable && !socket.isClosed();
  }

  /** Ends the sending side (FIN), like a client that has no more to say. Reading goes on. */
  public RawHttp finish() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Breaks the connection off (RST), like a client that dies. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Closes the connection in order. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
