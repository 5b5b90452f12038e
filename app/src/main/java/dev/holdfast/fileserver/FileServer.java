package dev.holdfast.fileserver;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running stand-in for the slow, fragile file server. */
public final class FileServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileServer.class);

  /**
   * Connections open at once; further ones wait in the backlog. This also bounds the virtual
   * threads.
   */
  private static final int CONNECTIONS_MAX = 1000;

  private static final int REQUEST_HEADER_BYTES_MAX = 64 * 1024;
  private static final int BACKLOG = 1024;

  private final Server server;
  private final EndingConnector connector;
  private final ApiHandler handler;
  private final Tally tally;
  private final Troubles troubles;
  private final SendFaults sendFaults;
  private final String host;

  private FileServer(
      Server server,
      EndingConnector connector,
      ApiHandler handler,
      Tally tally,
      Troubles troubles,
      SendFaults sendFaults,
      String host) {
    this.server = server;
    this.connector = connector;
    this.handler = handler;
    this.tally = tally;
    this.troubles = troubles;
    this.sendFaults = sendFaults;
    this.host = host;
  }

  /**
   * Starts a file server; it accepts requests when this returns.
   *
   * @throws BindException if the port is taken or the address is not of this machine
   * @throws IOException if the data directory cannot be made or written
   */
  public static FileServer start(FileServerConfig config) throws IOException {
    requireWritable(config.dataDir());
    var troubles = new Troubles();
    var tally = new Tally();
    var sendFaults = new SendFaults(config.faults(), troubles);
    var volume = new Volume(config.dataDir(), config.faults(), sendFaults);
    var handler = new ApiHandler(config, turns(config.faults()), volume, tally, troubles);
    var server = server(handler);
    var connector = connector(server, config);
    connector.addBean(tally);
    server.addConnector(connector);
    var fileServer =
        new FileServer(server, connector, handler, tally, troubles, sendFaults, config.host());
    try {
      server.start();
    } catch (Exception e) {
      fileServer.close();
      throw startFailure(e, config);
    }
    log.info("file server on {}, files in {}", fileServer.uri(), config.dataDir());
    return fileServer;
  }

  /** Returns the port that it listens on, 1 to 65535. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Returns its address, such as {@code http://127.0.0.1:1234}, without a slash at the end. */
  public URI uri() {
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port());
  }

  /** Returns the counts up to now. */
  public Counts counts() {
    return tally.snapshot();
  }

  /**
   * Returns how many GETs for a name have come in, refused ones included.
   *
   * @param name decoded
   */
  public int gets(String name) {
    return tally.gets(name);
  }

  /** Returns how many downloads it has let fail halfway, by its faults or its troubles. */
  public long sendFailures() {
    return sendFaults.failures();
  }

  /** Returns the switches for the troubles that a test makes. */
  public Troubles troubles() {
    return troubles;
  }

  /** Stops at once: ends all requests, hanging ones too, and cuts all connections. */
  @Override
  public void close() {
    handler.stopping();
    // First: it ends the acceptor.
    connector.close();
    try {
      server.stop();
    } catch (Exception e) {
      // Going on is safe: the server is not used any more, and the caller cannot close it better.
      log.warn("the file server did not stop cleanly", e);
    }
    // After the stop: an interrupt must not hit Jetty's own threads while it runs.
    handler.interruptRequests();
    connector.end();
  }

  private static Turns turns(Faults faults) {
    var exclusive = EnumSet.of(Verb.DELETE);
    if (!faults.has(Fault.MIXED_PUTS)) {
      exclusive.add(Verb.PUT);
    }
    var orderly = new OrderlyTurns(exclusive);
    return faults.has(Fault.DEADLOCK) ? new DeadlockTurns(orderly) : orderly;
  }

  private static Server server(ApiHandler handler) {
    var threads = new VirtualThreadPool();
    threads.setName("fileserver");
    threads.setMaxConcurrentTasks(-1); // bounded by the connections
    var server = new Server(threads);
    server.setHandler(handler);
    server.setErrorHandler(new PlainErrors());
    server.setStopTimeout(0);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, server));
    return server;
  }

  private static EndingConnector connector(Server server, FileServerConfig config) {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(REQUEST_HEADER_BYTES_MAX);
    http.setHttpCompliance(HttpCompliance.RFC7230);
    // The path is decoded from its raw form, as Go does.
    http.setUriCompliance(new UriCompliance("go", EnumSet.allOf(UriCompliance.Violation.class)));
    var connector = new EndingConnector(server, new HttpConnectionFactory(http));
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(0); // none, as in the real one: a stalled upload stalls for good
    connector.setAcceptQueueSize(BACKLOG);
    connector.setReuseAddress(true);
    return connector;
  }

  private static void requireWritable(Path dir) throws IOException {
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw new IOException("the data directory " + dir + " cannot be made: " + e, e);
    }
    if (!Files.isWritable(dir)) {
      throw new IOException("the data directory " + dir + " cannot be written");
    }
  }

  private static IOException startFailure(Exception e, FileServerConfig config) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException || cause instanceof UnresolvedAddressException) {
        String reason = cause.getMessage() == null ? "unknown address" : cause.getMessage();
        var bind =
            new BindException(
                "cannot listen on " + config.host() + ":" + config.port() + ": " + reason);
        bind.initCause(e);
        return bind;
      }
    }
    return e instanceof IOException io ? io : new IOException("cannot start: " + e, e);
  }
}
