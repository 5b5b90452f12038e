package dev.holdfast.system.nginx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.holdfast.system.RequestHead;
import dev.holdfast.testkit.FreePorts;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A stub in place of a sidecar. It keeps its requests, and answers as the test says. */
public final class StubSidecar implements AutoCloseable {
  /** A stub's reaction to a request. It has to read the body itself. */
  @FunctionalInterface
  interface Script {
    void answer(RequestHead request, InputStream in, OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<RequestHead> requests = new CopyOnWriteArrayList<>();
  private final Thread acceptor = Thread.ofPlatform().daemon().unstarted(this::accept);
  private volatile Script script;

  private StubSidecar(ServerSocket server, Script script) {
    this.server = server;
    this.script = script;
  }

  public static StubSidecar start() throws IOException {
    var server = new ServerSocket();
    // Not any free port: it might be that of a file server that has ended, which a sidecar still
    // asks.
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one()));
    var stub = new StubSidecar(server, answering("201 Created", ""));
    stub.acceptor.start();
    return stub;
  }

  /** Returns a script that reads the body and sends this answer. */
  public static Script answering(String status, String body, String... headers) {
    return (request, in, out) -> {
      request.readBody(in);
      write(out, request, status, body, headers);
    };
  }

  /** Writes an answer, to HEAD without its body. */
  static void write(
      OutputStream out, RequestHead request, String status, String body, String... headers)
      throws IOException {
    var answer = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
    for (String header : headers) {
      answer.append(header).append("\r\n");
    }
    answer.append("Content-Length: ").append(body.length()).append("\r\n\r\n");
    if (!request.startLine().startsWith("HEAD ")) {
      answer.append(body);
    }
    out.write(answer.toString().getBytes(ISO_8859_1));
    out.flush();
  }

  public void on(Script next) {
    script = next;
  }

  /** Returns its address in nginx's configuration. */
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  List<RequestHead> requests() {
    return requests;
  }

  /** Closes the port and all open connections. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var connection = server.accept();
        connections.add(connection);
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        var request = RequestHead.read(in);
        requests.add(request);
        script.answer(request, in, connection.getOutputStream());
      }
    } catch (IOException e) {
      connections.remove(connection); // nginx, or the test, has closed it
    }
  }
}
