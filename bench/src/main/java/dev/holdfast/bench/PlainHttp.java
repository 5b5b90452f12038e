package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a server, for requests that cost the load as little as possible. It is opened
 * by the first request, and anew after a failure or a pause.
 *
 * <p>Threading: of one thread at a time.
 */
final class PlainHttp implements AutoCloseable {
  private static final int TIMEOUT_MS = 30_000;

  /** A server may close a connection that is idle for longer. */
  private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(3);

  private final InetSocketAddress address;
  private Socket socket;
  private InputStream in;
  private long usedNanos;

  PlainHttp(InetSocketAddress address) {
    this.address = address;
  }

  /** An answer with its whole body. */
  record Answer(int status, String body) {}

  Answer get(String path) throws IOException {
    return send("GET", path, "");
  }

  Answer post(String path, String body) throws IOException {
    return send("POST", path, body);
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws IOException if there is none within 30 s; the connection is closed then
   */
  Answer send(String method, String path, String body) throws IOException {
    try {
      open();
      String length = method.equals("GET") ? "" : "Content-Length: " + body.length() + "\r\n";
      String request =
          "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s"
              .formatted(method, path, address.getHostString(), length, body);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      Answer answer = answer();
      usedNanos = System.nanoTime();
      return answer;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void open() throws IOException {
    if (System.nanoTime() - usedNanos > IDLE_NANOS_MAX) {
      close();
    }
    if (socket == null) {
      socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(address, TIMEOUT_MS);
      in = new BufferedInputStream(socket.getInputStream());
    }
  }

  private Answer answer() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = 0;
    boolean chunked = false;
    boolean last = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      length = header(line, "content-length").map(Integer::parseInt).orElse(length);
      chunked |= header(line, "transfer-encoding").isPresent();
      last |= header(line, "connection").filter("close"::equalsIgnoreCase).isPresent();
    }
    String body = chunked ? chunks() : new String(exactly(length), US_ASCII);
    if (last) {
      close();
    }
    return new Answer(status, body);
  }

  private static Optional<String> header(String line, String name) {
    int colon = line.indexOf(':');
    return colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)
        ? Optional.of(line.substring(colon + 1).strip())
        : Optional.empty();
  }

  private String chunks() throws IOException {
    var body = new StringBuilder();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.append(new String(exactly(size), US_ASCII));
      line();
    }
    line();
    return body.toString();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line().strip(), 16);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ends early");
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ends early");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(US_ASCII);
  }

  @Override
  public void close() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // It is of no use any more in either case.
    }
    socket = null;
  }
}
