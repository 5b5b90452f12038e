package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.config.EnvironmentSecrets;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.dns.ResolvConf;
import dev.holdfast.watcher.dns.Resolver;
import dev.holdfast.watcher.dns.ResolverOptions;
import dev.holdfast.watcher.guard.Guard;
import dev.holdfast.watcher.probe.Cryptography;
import dev.holdfast.watcher.probe.Probe;
import dev.holdfast.watcher.probe.ProbeOptions;
import dev.holdfast.watcher.thread.LastingThread;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that make checks: the engine, its resolver, and the canary.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Checking implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(Checking.class);
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  /** The first handshakes of a JVM take much longer than all later ones. */
  private static final int WARM_UP_CHECKS = 4;

  private static final long WARM_UP_MAX_MS = 10_000;
  private static final long RESOLVE_MAX_MS = 2_000;

  /** How many checks the engine may have beside those that the agent counts. */
  private static final int SPARE = 1_000;

  private final Cryptography cryptography;
  private final Resolver resolver;
  private final Probe probe;
  private final CanarySite canary;
  private final CanarySite secured;

  private Checking(
      Cryptography cryptography,
      Resolver resolver,
      Probe probe,
      CanarySite canary,
      CanarySite secured) {
    this.cryptography = cryptography;
    this.resolver = resolver;
    this.probe = probe;
    this.canary = canary;
    this.secured = secured;
  }

  /**
   * Starts the parts.
   *
   * @param inFlightMax how many checks the caller makes at once
   * @throws IllegalArgumentException if the servers of the system are not known; the message begins
   *     with the component
   * @throws IOException if they get no sockets
   */
  static Checking start(ReachConfig config, int inFlightMax) throws IOException {
    var resolver = new Resolver(ResolverOptions.of(servers(config)), System::nanoTime);
    Cryptography cryptography = Cryptography.start(config.cryptography());
    Probe probe = null;
    CanarySite canary = null;
    boolean isStarted = false;
    try {
      InstantSource clock = InstantSource.system();
      probe =
          Probe.start(
              ProbeOptions.DEFAULT.trusting(config.caFile()).withInFlightMax(inFlightMax + SPARE),
              resolver,
              new Guard(config.allowNet()),
              new EnvironmentSecrets(System::getenv, clock),
              System::nanoTime,
              clock);
      canary = CanarySite.plain();
      var checking = new Checking(cryptography, resolver, probe, canary, CanarySite.tls());
      isStarted = true;
      return checking;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    } finally {
      if (!isStarted) {
        if (canary != null) {
          canary.close();
        }
        if (probe != null) {
          probe.close();
        }
        cryptography.close();
        resolver.close();
      }
    }
  }

  private static List<InetSocketAddress> servers(ReachConfig config) {
    if (!config.dnsServers().isEmpty()) {
      return config.dnsServers();
    }
    try {
      return ResolvConf.servers(RESOLV_CONF);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "dnsServers must be named, since " + RESOLV_CONF + " cannot be read: " + e, e);
    }
  }

  /** Returns the engine. */
  Probe probe() {
    return probe;
  }

  /** Returns the canaries that the agent checks, one by http and one by https. */
  List<Endpoint> canaries() {
    return List.of(canary.endpoint(), secured.endpoint());
  }

  /** Returns the threads that all checks need. */
  Stream<LastingThread> threads() {
    return Stream.concat(probe.threads(), Stream.of(canary.thread(), secured.thread()));
  }

  /** Returns true if most names fail, so that no site is at fault. */
  boolean isResolverFailing() {
    return resolver.isFailing();
  }

  /**
   * Makes a few checks of the canaries, by http and by https, and resolves a name that nobody has
   * (RFC 6761, section 6.4), so that the checks of sites do not meet cold code. Takes {@value
   * #WARM_UP_MAX_MS} ms at most.
   */
  void warmUp() throws InterruptedException {
    var resolved = new CompletableFuture<Resolution.Timed>();
    resolved.completeOnTimeout(
        new Resolution.Timed(new Resolution.Timeout(), 0), RESOLVE_MAX_MS, TimeUnit.MILLISECONDS);
    resolver.resolve("warm-up.invalid", Reach.Family.ANY, resolved::complete);
    try {
      CompletableFuture<Void> all =
          CompletableFuture.allOf(
              probe.warmUp(canary.endpoint(), WARM_UP_CHECKS),
              probe.warmUp(secured.endpoint(), WARM_UP_CHECKS),
              probe.warmUp(secured.verifyingEndpoint(), WARM_UP_CHECKS),
              resolved);
      all.get(WARM_UP_MAX_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Goes on: the first checks are slower then, and their lag is seen.
      log.warn("the warm-up is not whole: {}", e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    try (cryptography;
        canary;
        secured;
        probe) {
      log.debug("the engine stops");
    } finally {
      resolver.close();
    }
  }
}
