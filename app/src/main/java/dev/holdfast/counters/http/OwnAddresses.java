package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that this actor listens at. They are read anew in the background, at most once a
 * second: interfaces come and go, and names change.
 *
 * <p>Threading: may be used from any number of threads. No method waits.
 */
final class OwnAddresses {
  private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);
  private static final long AGE_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Names that are looked up at most. A further one is never own. */
  private static final int NAMES_MAX = 1_024;

  private final InetAddress bound;
  private final int port;
  private final Executor background;
  private final AtomicBoolean isReading = new AtomicBoolean();
  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private volatile Set<InetAddress> interfaces;
  private volatile long readNanos;

  /**
   * Reads them for the first time.
   *
   * @param bound the address that the actor listens on. If it is a wildcard address, all those of
   *     the interfaces are own; if not, it alone is: another actor may listen on the others
   * @param port the port that the actor listens on, 1 to 65535
   * @param background runs what waits
   */
  OwnAddresses(InetAddress bound, int port, Executor background) {
    this.bound = bound;
    this.port = port;
    this.background = background;
    this.interfaces = interfaces();
    this.readNanos = System.nanoTime();
  }

  /** Returns true if the address is own. A name that was not looked up yet is not. */
  boolean contains(Address address) {
    if (address.port() != port) {
      return false;
    }
    boolean isName = !isLiteral(address.host());
    boolean isNew = isName && names.size() < NAMES_MAX && !names.containsKey(address.host());
    if (isNew) {
      names.put(address.host(), List.of());
    }
    if (isNew || (System.nanoTime() - readNanos >= AGE_MAX_NANOS && needsReading())) {
      readInBackground();
    }
    return isName
        ? names.getOrDefault(address.host(), List.of()).stream().anyMatch(this::isOwn)
        : isOwn(literal(address.host()));
  }

  /**
   * Returns true if the address is the one that the actor listens on, written as an IP address. Any
   * other address of this machine may be another one's by now: a name that has changed is looked up
   * again late, and so are the interfaces.
   */
  boolean isBound(Address address) {
    return address.port() == port
        && !bound.isAnyLocalAddress()
        && isLiteral(address.host())
        && bound.equals(literal(address.host()));
  }

  /** Returns true if a host is an IP address. */
  static boolean isLiteral(String host) {
    boolean isIpv4 = true; // without a pattern: this is asked for each message
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == ':') {
        return true;
      }
      isIpv4 &= c == '.' || (c >= '0' && c <= '9');
    }
    return isIpv4 && !host.isEmpty();
  }

  /** Returns the IP address that a host is. */
  static InetAddress literal(String host) {
    int zone = host.indexOf('%'); // an interface may be gone, and equality ignores it
    return InetAddress.ofLiteral(zone < 0 ? host : host.substring(0, zone));
  }

  private boolean isOwn(InetAddress address) {
    return bound.isAnyLocalAddress() ? interfaces.contains(address) : bound.equals(address);
  }

  private boolean needsReading() {
    return bound.isAnyLocalAddress() || !names.isEmpty();
  }

  private void readInBackground() {
    if (!isReading.getAndSet(true)) {
      boolean isBegun = false;
      try {
        background.execute(this::read);
        isBegun = true;
      } catch (RejectedExecutionException closed) {
        log.debug("not read any more", closed);
      } finally {
        if (!isBegun) {
          isReading.set(false); // the next look tries again
        }
      }
    }
  }

  private void read() {
    try {
      readNanos = System.nanoTime(); // first: a lookup can take long
      interfaces = interfaces();
      names.replaceAll((name, _) -> lookUp(name));
    } finally {
      isReading.set(false);
    }
  }

  private static List<InetAddress> lookUp(String name) {
    try {
      return List.of(InetAddress.getAllByName(name));
    } catch (UnknownHostException e) {
      log.debug("unknown: {}", name, e);
      return List.of(); // the actor finds out who answers there
    }
  }

  private static Set<InetAddress> interfaces() {
    try {
      var all = new HashSet<InetAddress>();
      NetworkInterface.networkInterfaces().forEach(i -> i.inetAddresses().forEach(all::add));
      return all;
    } catch (SocketException e) {
      log.warn("the addresses of this machine cannot be read: {}", e.getMessage());
      return Set.of(); // the actor finds out who answers at an address
    }
  }
}
