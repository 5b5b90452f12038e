package dev.holdfast.testkit;

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
import java.util.concurrent.atomic.AtomicInteger;

/** A server that follows a script, connection by connection. */
public final class RawServer implements AutoCloseable {
  /** An answer to a GET of a file that is not there. */
  public static final String NOT_FOUND =
      "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nabsent";

  /** An answer to a PUT. */
  public static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Script script;

  /** The script of a connection. The connection is closed at its end. */
  public interface Script {
    /**
     * Serves one connection.
     *
     * @param connection 1 for the first one
     */
    void run(Client client, int connection) throws Exception;
  }

  /** Starts a server on a free port. */
  public RawServer(Script script) throws IOException {
    this.script = script;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Returns its address. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }

  private void accept() {
    var count = new AtomicInteger();
    Accepting.all(
        listener,
        socket -> {
          int connection = count.incrementAndGet();
          Future<?> _ =
              threads.submit(
                  () -> {
                    try (socket) {
                      script.run(new Client(socket), connection);
                    }
                    return null;
                  });
        });
  }

  /** The other side of one connection. */
  public record Client(Socket socket) {
    /**
     * Reads a request with its body.
     *
     * @return its head
     * @throws EOFException if the connection ends before a request
     */
    public String request() throws IOException {
      return requestWithBody().head();
    }

    /**
     * Reads a request.
     *
     * @throws EOFException if the connection ends before a request
     */
    public Message requestWithBody() throws IOException {
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
      byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
      return new Message(head.toString(), new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes, one for each character. */
    public void send(String bytes) throws IOException {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** A request. The body has one character for each byte. */
  public record Message(String head, String body) {}
}
