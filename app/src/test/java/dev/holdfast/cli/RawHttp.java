package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** HTTP as it is on the wire: nothing is added to a request, nothing is merged in an answer. */
final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  /**
   * The start line and the header lines of a message.
   *
   * @param lines each without its line end, the start line first
   */
  record Head(List<String> lines) {
    String startLine() {
      return lines.getFirst();
    }

    /** All values of a header, in order. */
    List<String> values(String name) {
      var prefix = name.toLowerCase(Locale.ROOT) + ":";
      return lines.stream()
          .skip(1)
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .toList();
    }

    boolean has(String name) {
      return !values(name).isEmpty();
    }
  }

  /** An answer with its whole body, one char a byte. */
  record Answer(Head head, String text) {
    int status() {
      return Integer.parseInt(head.startLine().split(" ", 3)[1]);
    }

    /** The only value of a header, or empty if the header is absent. */
    String header(String name) {
      var values = head.values(name);
      if (values.size() > 1) {
        throw new AssertionError(name + " is there more than once: " + head.lines());
      }
      return values.isEmpty() ? "" : values.getFirst();
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static RawHttp connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    return new RawHttp(socket);
  }

  /** One request without a body on a connection of its own; each header is {@code Name: value}. */
  static Answer ask(int port, String method, String target, String... headers) throws IOException {
    return ask(port, method, target, new byte[0], headers);
  }

  /** One request with a body on a connection of its own. */
  static Answer ask(int port, String method, String target, byte[] body, String... headers)
      throws IOException {
    try (RawHttp connection = connect(port)) {
      var all = new ArrayList<>(List.of(headers));
      all.add("Connection: close");
      if (body.length > 0) {
        all.add("Content-Length: " + body.length);
      }
      connection.sendHead(method + " " + target + " HTTP/1.1", all.toArray(String[]::new));
      connection.send(body);
      return connection.answer(method.equals("HEAD"));
    }
  }

  /** A start line and headers, with a Host, and the empty line after them. */
  void sendHead(String startLine, String... headers) throws IOException {
    var head = new StringBuilder(startLine).append("\r\nHost: test\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    send(head.append("\r\n").toString().getBytes(ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /** The next answer, whole. */
  Answer answer(boolean toHead) throws IOException {
    var head = readHead(in);
    int status = Integer.parseInt(head.startLine().split(" ", 3)[1]);
    boolean bodiless = toHead || status == 204 || status == 304 || status < 200;
    byte[] body = bodiless ? new byte[0] : readBody(in, head, true);
    return new Answer(head, new String(body, ISO_8859_1));
  }

  /** Reads and drops what comes until the other side closes. */
  void readToEnd() throws IOException {
    in.readAllBytes();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /**
   * Reads up to the empty line that ends a head.
   *
   * @throws EOFException if the connection ends before the first byte
   */
  static Head readHead(InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      lines.add(line);
    }
    return new Head(List.copyOf(lines));
  }

  /** Reads a body; one without a length is empty, or lasts to the end of the connection. */
  static byte[] readBody(InputStream in, Head head, boolean toTheEnd) throws IOException {
    if (head.has("Transfer-Encoding")) {
      var body = new ByteArrayOutputStream();
      for (byte[] chunk = readChunk(in); chunk.length > 0; chunk = readChunk(in)) {
        body.writeBytes(chunk);
      }
      return body.toByteArray();
    }
    if (head.has("Content-Length")) {
      return in.readNBytes(Integer.parseInt(head.values("Content-Length").getFirst()));
    }
    return toTheEnd ? in.readAllBytes() : new byte[0];
  }

  /** The next chunk of a chunked body; empty for the last one. */
  static byte[] readChunk(InputStream in) throws IOException {
    byte[] chunk = in.readNBytes(Integer.parseInt(readLine(in), 16));
    readLine(in);
    return chunk;
  }

  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended after " + line.toString(ISO_8859_1));
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }
}
