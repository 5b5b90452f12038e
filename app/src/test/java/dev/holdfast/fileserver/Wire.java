package dev.holdfast.fileserver;

import dev.holdfast.testkit.Patience;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One connection, for requests that no HTTP client would send, or not in such pieces. */
final class Wire implements AutoCloseable {
  static final String FILES = "/api/fileserver/";
  private static final int ANSWER_TIMEOUT_MS = (int) Patience.STEP.toMillis();

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private String method = "";

  Wire(URI base) throws IOException {
    socket = new Socket(base.getHost(), base.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_TIMEOUT_MS);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Sends a GET through a connection of its own. */
  static Answer get(URI base, String rawName) throws IOException {
    return exchange(base, "GET", FILES + rawName);
  }

  /** Sends a PUT through a connection of its own. */
  static Answer put(URI base, String rawName, byte[] body) throws IOException {
    try (var wire = new Wire(base)) {
      return wire.startPut(rawName, body.length).send(body).answer();
    }
  }

  /** Sends a DELETE through a connection of its own. */
  static Answer delete(URI base, String rawName) throws IOException {
    return exchange(base, "DELETE", FILES + rawName);
  }

  /** Sends a request without a body, through a connection of its own. */
  static Answer exchange(URI base, String method, String rawPath) throws IOException {
    try (var wire = new Wire(base)) {
      return wire.request(method, rawPath).answer();
    }
  }

  /** Sends a PUT in chunks, through a connection of its own. */
  static Answer putChunked(URI base, String rawName, String body) throws IOException {
    try (var wire = new Wire(base)) {
      wire.request("PUT", FILES + rawName, "Transfer-Encoding: chunked");
      wire.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
      return wire.answer();
    }
  }

  Wire request(String method, String rawPath, String... headers) throws IOException {
    this.method = method;
    var head = new StringBuilder(method + " " + rawPath + " HTTP/1.1\r\nHost: test\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return send(head.append("\r\n").toString());
  }

  /** Sends the head of a PUT. The body follows with send. */
  Wire startPut(String rawName, int length) throws IOException {
    return request("PUT", FILES + rawName, "Content-Length: " + length);
  }

  Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  Wire send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Ends the sending side. Reading goes on. */
  Wire breakOff() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Wire answerTimeoutMs(int timeoutMs) throws IOException {
    socket.setSoTimeout(timeoutMs);
    return this;
  }

  /**
   * Reads one answer.
   *
   * @throws EOFException if the connection ends before an answer
   */
  Answer answer() throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    var body = new ByteArrayOutputStream();
    boolean whole = method.equals("HEAD") || readBody(headers, body);
    return new Answer(status, Map.copyOf(headers), body.toByteArray(), whole);
  }

  /** Resets the connection. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private boolean readBody(Map<String, String> headers, ByteArrayOutputStream body)
      throws IOException {
    if (!headers.containsKey("transfer-encoding")) {
      return readBytes(Integer.parseInt(headers.get("content-length")), body);
    }
    try {
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        if (!readBytes(size, body)) {
          return false;
        }
        line();
      }
      return line().isEmpty();
    } catch (EOFException e) {
      return false;
    }
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private boolean readBytes(int length, ByteArrayOutputStream body) throws IOException {
    byte[] bytes = in.readNBytes(length);
    body.writeBytes(bytes);
    return bytes.length == length;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended after: " + line);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }
}
