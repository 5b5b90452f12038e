package dev.holdfast.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An atomic file server in memory. Tests override a step of it to make it go wrong. */
class MemoryStore implements HttpHandler, AutoCloseable {
  private static final String PATH = "/api/fileserver/";

  /**
   * The backlog: enough for all clients to connect at once. A client that finds it full tries again
   * a second later.
   */
  private static final int BACKLOG = 256;

  final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  MemoryStore() {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(PATH, this);
    server.start();
  }

  URI base() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + PATH);
  }

  void put(String name, byte[] body) {
    bodies.put(name, body);
  }

  void delete(String name) {
    bodies.remove(name);
  }

  /** Returns the content, or null if there is none. */
  byte[] get(String name) {
    return bodies.get(name);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(PATH.length());
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        put(name, exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(201, -1);
      }
      case "DELETE" -> {
        delete(name);
        exchange.sendResponseHeaders(200, -1);
      }
      default -> {
        byte[] body = get(name);
        boolean empty = body == null || body.length == 0;
        exchange.sendResponseHeaders(body == null ? 404 : 200, empty ? -1 : body.length);
        if (!empty) {
          exchange.getResponseBody().write(body);
        }
      }
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
