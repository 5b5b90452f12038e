package dev.holdfast.origin;

import dev.holdfast.bounds.Bounds;
import java.net.URI;

/**
 * How to talk to one origin.
 *
 * @param base its address, such as {@code http://127.0.0.1:1234}; http, no path
 * @param connectionsMax requests in progress at once, 1 to 1000; the challenge allows ten
 * @param writesMax how many of them may be puts and deletes, 1 to {@code connectionsMax}; the rest
 *     is the share of reads, which is theirs whenever they want it
 * @param writesMin the share of puts and deletes, theirs whenever they want it, 0 or more; more
 *     than {@code writesMax} counts as {@code writesMax}
 * @param connectTimeoutMs how long a connection may take to be made, in milliseconds, 1 or more
 * @param silenceMaxMs how long the origin may be silent in a request before its connection is
 *     closed, in milliseconds, 1 or more. It is long on purpose: as long as the connection stands,
 *     the request may still run there and keeps its place; a server that ends or restarts closes
 *     it, and a host that is gone is noticed by TCP keep-alive
 * @param bytesPerSecondMin the slowest transfer that is not given up, 1 or more
 * @param lingerMs how long a request that ended without an answer is taken to go on at the origin,
 *     in milliseconds, 0 or more
 * @param bodyBytesMax the longest body that is taken from the origin, 0 or more
 */
public record OriginConfig(
    URI base,
    int connectionsMax,
    int writesMax,
    int writesMin,
    long connectTimeoutMs,
    long silenceMaxMs,
    long bytesPerSecondMin,
    long lingerMs,
    long bodyBytesMax) {

  public OriginConfig {
    if (!"http".equals(base.getScheme())
        || base.getHost() == null
        || !(base.getRawPath().isEmpty() || base.getRawPath().equals("/"))
        || base.getRawQuery() != null) {
      throw new IllegalArgumentException("base must be like http://host:port, not " + base);
    }
    Bounds.within("connectionsMax", connectionsMax, 1, 1000);
    Bounds.within("writesMax", writesMax, 1, connectionsMax);
    Bounds.within("writesMin", writesMin, 0, 1000);
    Bounds.within("connectTimeoutMs", connectTimeoutMs, 1, Integer.MAX_VALUE);
    Bounds.within("silenceMaxMs", silenceMaxMs, 1, Integer.MAX_VALUE);
    Bounds.within("bytesPerSecondMin", bytesPerSecondMin, 1, Long.MAX_VALUE);
    Bounds.within("lingerMs", lingerMs, 0, Integer.MAX_VALUE);
    Bounds.within("bodyBytesMax", bodyBytesMax, 0, Long.MAX_VALUE);
  }

  /** The defaults, for an origin at this address. */
  public static OriginConfig of(URI base) {
    return new OriginConfig(
        base, 10, 7, 5, 2_000, 600_000, 1024 * 1024, 2_000, 1024L * 1024 * 1024);
  }

  /** The same with another {@code connectionsMax}. */
  public OriginConfig withConnectionsMax(int connectionsMax) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }

  /** The same with another {@code writesMax}. */
  public OriginConfig withWritesMax(int writesMax) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }

  /** The same with another {@code connectTimeoutMs}. */
  public OriginConfig withConnectTimeoutMs(long connectTimeoutMs) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }

  /** The same with another {@code silenceMaxMs}. */
  public OriginConfig withSilenceMaxMs(long silenceMaxMs) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }

  /** The same with another {@code lingerMs}. */
  public OriginConfig withLingerMs(long lingerMs) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }

  /** The same with another {@code bodyBytesMax}. */
  public OriginConfig withBodyBytesMax(long bodyBytesMax) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }

  /** The longest that a transfer of so many bytes may take in all, in milliseconds. */
  long transferMaxMs(long bytes) {
    long seconds = Math.min(Math.ceilDiv(bytes, bytesPerSecondMin), Integer.MAX_VALUE);
    return silenceMaxMs + seconds * 1000;
  }
}
