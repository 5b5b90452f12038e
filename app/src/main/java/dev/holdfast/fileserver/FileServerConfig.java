package dev.holdfast.fileserver;

import dev.holdfast.bounds.Bounds;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The configuration of a file server.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param dataDir where the files lie, flat; made when missing; several servers may share one
 * @param latencyMs how long every request sleeps before it does anything, in milliseconds, 0 to
 *     3,600,000
 * @param inFlightMax requests in flight at once, 1 to 1000; a further one is answered 429 at once
 * @param faults how it breaks
 */
public record FileServerConfig(
    String host, int port, Path dataDir, long latencyMs, int inFlightMax, Faults faults) {

  private static final long LATENCY_MS_MAX = 3_600_000;
  private static final int IN_FLIGHT_MAX_MAX = 1000;

  public FileServerConfig {
    Bounds.address(host, port);
    Objects.requireNonNull(dataDir, "dataDir");
    Bounds.within("latencyMs", latencyMs, 0, LATENCY_MS_MAX);
    Bounds.within("inFlightMax", inFlightMax, 1, IN_FLIGHT_MAX_MAX);
    Objects.requireNonNull(faults, "faults");
  }

  /**
   * Returns the latency, limit and faults of the real server, on a free port of the loopback
   * address.
   *
   * @param dataDir where the files lie
   */
  public static FileServerConfig real(Path dataDir) {
    return new FileServerConfig("127.0.0.1", 0, dataDir, 333, 15, Faults.real());
  }

  /** Returns this configuration with another port. */
  public FileServerConfig withPort(int port) {
    return new FileServerConfig(host, port, dataDir, latencyMs, inFlightMax, faults);
  }

  /** Returns this configuration with another latency, in milliseconds. */
  public FileServerConfig withLatencyMs(long latencyMs) {
    return new FileServerConfig(host, port, dataDir, latencyMs, inFlightMax, faults);
  }

  /** Returns this configuration with another limit of requests in flight. */
  public FileServerConfig withInFlightMax(int inFlightMax) {
    return new FileServerConfig(host, port, dataDir, latencyMs, inFlightMax, faults);
  }

  /** Returns this configuration with other faults. */
  public FileServerConfig withFaults(Faults faults) {
    return new FileServerConfig(host, port, dataDir, latencyMs, inFlightMax, faults);
  }
}
