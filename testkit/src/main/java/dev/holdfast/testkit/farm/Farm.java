package dev.holdfast.testkit.farm;

import dev.holdfast.testkit.Accepting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Test sites on one loopback address: one port for http, one for https. The first part of a path
 * names a site, and the name of a TLS handshake chooses the certificate.
 *
 * <p>Threading: any number of threads. Each connection has a virtual thread of its own.
 */
public final class Farm implements AutoCloseable {
  /** The names that have a certificate, besides those that a test adds. */
  public enum Name {
    GOOD("good.test"),
    EXPIRED("expired.test"),
    NOT_YET("not-yet.test"),
    WRONG_NAME("wrong-name.test"),
    UNKNOWN("unknown.test"),
    INCOMPLETE("incomplete.test"),
    ENDS_SOON("ends-soon.test"),
    H2("h2.test"),
    H2_SILENT("h2-silent.test"),
    H2_RESET("h2-reset.test"),
    H2_HALF("h2-half.test"),
    H2_HALF_HEAD("h2-half-head.test"),
    H2_PINGS("h2-pings.test");

    private final String host;

    Name(String host) {
      this.host = host;
    }

    /** Returns the host. */
    public String host() {
      return host;
    }
  }

  /** The page of sites that speak HTTP/2. */
  public static final String H2_PAGE = "a page by HTTP/2";

  /** The scripts of sites by HTTP/2 that do not just answer. */
  private static final Map<String, Http2.Script> H2_SCRIPTS =
      Map.of(
          Name.H2_SILENT.host, Http2.Script.SILENCE,
          Name.H2_RESET.host, Http2.Script.RESET,
          Name.H2_HALF.host, Http2.Script.HALF,
          Name.H2_HALF_HEAD.host, Http2.Script.HALF_HEAD,
          Name.H2_PINGS.host, Http2.Script.PINGS);

  private static final int BACKLOG = 4096;

  private final InetAddress address;
  private final Map<String, Site> sites = new ConcurrentHashMap<>();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private volatile Consumer<Seen> listener = seen::add;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ServerSocket plain;
  private final ServerSocket tls;
  private final Authority root;
  private final SniKeys keys = new SniKeys();
  private final SSLSocketFactory handshakes;
  private volatile Consumer<SSLParameters> handshake = _ -> {};
  private volatile Step beforeHandshake = () -> {};

  /** Something that a connection waits for. */
  @FunctionalInterface
  public interface Step {
    /**
     * Returns when the connection may go on.
     *
     * @throws Exception to end the connection
     */
    void await() throws Exception;
  }

  private Farm(InetAddress address) throws IOException, GeneralSecurityException {
    this.address = address;
    FarmKeys made = FarmKeys.of(address);
    this.root = made.root();
    made.identities().forEach(keys::put);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new X509ExtendedKeyManager[] {keys}, null, null);
    this.handshakes = context.getSocketFactory();
    this.plain = listener();
    this.tls = listener();
    threads.execute(() -> accept(plain, false));
    threads.execute(() -> accept(tls, true));
  }

  /** Starts a farm without sites on an address of this machine, such as 127.0.0.1. */
  public static Farm start(String address) throws IOException, GeneralSecurityException {
    return new Farm(InetAddress.ofLiteral(address));
  }

  /** Adds a site, or replaces it. */
  public Farm with(String name, Site site) {
    sites.put(name, site);
    return this;
  }

  /** Adds the certificate of a name, or replaces it. */
  public Farm with(String host, Authority.Identity identity) {
    keys.put(host, identity);
    return this;
  }

  /** Sets versions, ciphers or groups of further handshakes. */
  public Farm handshaking(Consumer<SSLParameters> settings) {
    handshake = settings;
    return this;
  }

  /** Lets each handshake wait for something, once the client has begun it. */
  public Farm beforeHandshakes(Step step) {
    beforeHandshake = step;
    return this;
  }

  /**
   * Gives each further request to a listener, and keeps none: {@link #seen} has those before.
   *
   * @param requests is called from many threads at once, when a request has ended
   */
  public Farm telling(Consumer<Seen> requests) {
    listener = requests;
    return this;
  }

  /** Returns the URL of a site by http, at the address as such. */
  public URI url(String site) {
    return url(address.getHostAddress(), site);
  }

  /** Returns the URL of a site by http. */
  public URI url(String host, String site) {
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + authority + ":" + plain.getLocalPort() + "/" + site);
  }

  /** Returns the URL of a site by https, under a name that has a certificate. */
  public URI tlsUrl(Name name, String site) {
    return tlsUrl(name.host(), site);
  }

  /** Returns the URL of a site by https, under a name whose certificate a test has added. */
  public URI tlsUrl(String host, String site) {
    return URI.create("https://" + host + ":" + tls.getLocalPort() + "/" + site);
  }

  /** Returns the URL of a site by https, at the address as such, which has a certificate. */
  public URI tlsUrl(String site) {
    return tlsUrl(address.getHostAddress(), site);
  }

  /** Returns the address that all sites are on. */
  public InetAddress address() {
    return address;
  }

  /** Returns the authority of all sites but one: farms on one address have the same. */
  public Authority authority() {
    return root;
  }

  /** Returns the requests to a site, in the order in which they ended. */
  public List<Seen> seen(String site) {
    return seen.stream().filter(one -> one.site().equals(site)).toList();
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    plain.close();
    tls.close();
    threads.shutdownNow();
  }

  private ServerSocket listener() throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.bind(new InetSocketAddress(address, 0), BACKLOG);
    return listener;
  }

  private void accept(ServerSocket listener, boolean isTls) {
    Accepting.all(
        listener,
        socket -> {
          long acceptedNanos = System.nanoTime();
          Future<?> _ = threads.submit(() -> serve(socket, isTls, acceptedNanos));
        });
  }

  private Void serve(Socket accepted, boolean isTls, long acceptedNanos) throws Exception {
    try (accepted) {
      answer(accepted, isTls, acceptedNanos);
    }
    return null;
  }

  private void answer(Socket socket, boolean isTls, long acceptedNanos) throws Exception {
    socket.setTcpNoDelay(true);
    if (!isTls) {
      answer(new Caller(socket, closing, acceptedNanos, 0, false));
      return;
    }
    int first = socket.getInputStream().read();
    if (first < 0) {
      return;
    }
    beforeHandshake.await();
    var begun = new ByteArrayInputStream(new byte[] {(byte) first});
    SSLSocket secured = (SSLSocket) handshakes.createSocket(socket, begun, true);
    secured.setUseClientMode(false);
    SSLParameters parameters = secured.getSSLParameters();
    handshake.accept(parameters);
    secured.setSSLParameters(parameters);
    SniKeys.note(secured);
    secured.setHandshakeApplicationProtocolSelector(Farm::protocol);
    secured.startHandshake();
    long securedNanos = System.nanoTime();
    boolean isResumed =
        secured.getSession().getCreationTime()
            < System.currentTimeMillis() - (securedNanos - acceptedNanos) / 1_000_000 - 1;
    Caller caller = new Caller(secured, closing, acceptedNanos, securedNanos, isResumed);
    try (secured) {
      if ("h2".equals(secured.getApplicationProtocol())) {
        answerByHttp2(caller, SniKeys.asked(secured));
      } else {
        answer(caller);
      }
    }
  }

  /** Sites that speak HTTP/2 are those whose name says so. */
  private static String protocol(SSLSocket socket, List<String> offered) {
    boolean isH2 = SniKeys.asked(socket).startsWith("h2") && offered.contains("h2");
    return isH2 ? "h2" : "http/1.1";
  }

  private void answer(Caller caller) throws Exception {
    caller.readRequest();
    String[] path = caller.path().split("[/?]", 3);
    String name = path.length < 2 ? "" : path[1];
    try {
      sites.getOrDefault(name, Sites.status(404, "")).serve(caller);
    } finally {
      listener.accept(caller.seen(name));
    }
  }

  private void answerByHttp2(Caller caller, String host) throws Exception {
    Http2.Script script = H2_SCRIPTS.getOrDefault(host, Http2.Script.ANSWER);
    try {
      Http2.serve(caller, script, 0, H2_PAGE);
    } finally {
      listener.accept(caller.seen(host));
    }
  }
}
