package dev.holdfast.origin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A server that does what a script says, connection by connection. */
final class RawOrigin implements AutoCloseable {
  static final String NOT_FOUND =
      "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nabsent";
  static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Script script;

  /** What happens on a connection; at its end the connection is closed. */
  interface Script {
    /**
     * Serves one connection.
     *
     * @param connection 1 for the first one
     */
    void run(Client client, int connection) throws Exception;
  }

  RawOrigin(Script script) throws IOException {
    this.script = script;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Future<?> _ = threads.submit(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }

  private Void accept() throws IOException {
    for (int i = 1; ; i++) {
      Socket socket = listener.accept();
      int connection = i;
      Future<?> _ =
          threads.submit(
              () -> {
                try (socket) {
                  script.run(new Client(socket), connection);
                }
                return null;
              });
    }
  }

  /** The other side of one connection. */
  record Client(Socket socket) {
    /**
     * Reads a request with its body.
     *
     * @return its head
     * @throws EOFException if none comes any more
     */
    String request() throws IOException {
      InputStream in = socket.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = in.read();
        if (b < 0) {
          throw new EOFException();
        }
        head.append((char) b);
      }
      String length = head.toString().replaceAll("(?is).*\r\ncontent-length: *(\\d+).*|.*", "$1");
      in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
      return head.toString();
    }

    void send(String bytes) throws IOException {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
