package dev.holdfast.stack;

import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A whole stack on one machine: nginx, sidecars, and what is behind them.
 *
 * @param sidecarPorts the ports of the sidecars, on loopback; as many as there are pairs
 * @param standIns the stand-in file servers to start, one a sidecar; empty if {@code origins} are
 *     there already
 * @param origins the file servers, one a sidecar, where no stand-ins are started
 * @param origin makes the configuration of an origin of its address
 * @param dataDir where everything of the stack is kept
 * @param settings of every sidecar
 */
public record StackConfig(
    Front front,
    List<Integer> sidecarPorts,
    List<FileServerConfig> standIns,
    List<URI> origins,
    Function<URI, OriginConfig> origin,
    Path dataDir,
    Scoreboard scoreboard,
    SidecarSettings settings) {

  /**
   * nginx.
   *
   * @param host the IPv4 address that it listens on
   * @param port the port that it listens on, 1 to 65535
   * @param nginx the program, if it is not to be looked for
   * @param workers its worker processes, 1 or more
   * @param logsBytesMax the room on the disk for its access log and the one before it together, in
   *     bytes, 1 or more
   */
  public record Front(String host, int port, Optional<Path> nginx, int workers, long logsBytesMax) {

    /** The same with another {@code logsBytesMax}. */
    public Front withLogsBytesMax(long logsBytesMax) {
      return new Front(host, port, nginx, workers, logsBytesMax);
    }
  }

  /**
   * The live page, on loopback.
   *
   * @param port its port; 0 if there is to be none
   * @param summary the summary of a load run, if the page is to show wrong data
   */
  public record Scoreboard(int port, Optional<Path> summary) {
    public static final Scoreboard NONE = new Scoreboard(0, Optional.empty());
  }

  public StackConfig {
    sidecarPorts = List.copyOf(sidecarPorts);
    standIns = List.copyOf(standIns);
    origins = List.copyOf(origins);
    dataDir = dataDir.toAbsolutePath().normalize();
    if (sidecarPorts.isEmpty() || sidecarPorts.size() != standIns.size() + origins.size()) {
      throw new IllegalArgumentException("pairs must be as many as there are file servers");
    }
  }

  /** The same with another {@code front}. */
  public StackConfig withFront(Front front) {
    return new StackConfig(
        front, sidecarPorts, standIns, origins, origin, dataDir, scoreboard, settings);
  }

  /** The same with another {@code standIns}. */
  public StackConfig withStandIns(List<FileServerConfig> standIns) {
    return new StackConfig(
        front, sidecarPorts, standIns, origins, origin, dataDir, scoreboard, settings);
  }

  /** The same with another {@code scoreboard}. */
  public StackConfig withScoreboard(Scoreboard scoreboard) {
    return new StackConfig(
        front, sidecarPorts, standIns, origins, origin, dataDir, scoreboard, settings);
  }

  /** The same with another {@code settings}. */
  public StackConfig withSettings(SidecarSettings settings) {
    return new StackConfig(
        front, sidecarPorts, standIns, origins, origin, dataDir, scoreboard, settings);
  }

  public List<String> ring() {
    return sidecarPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  public Path stagingDir() {
    return dataDir.resolve("staging");
  }

  /** The directory that nginx works in. */
  Path nginxDir() {
    return dataDir.resolve("nginx");
  }

  public Path accessLog() {
    return nginxDir().resolve("access.log");
  }

  SidecarConfig sidecar(int index, URI behind) {
    return new SidecarConfig(
        "127.0.0.1",
        sidecarPorts.get(index),
        ring(),
        ring().get(index),
        stagingDir(),
        origin.apply(behind),
        settings);
  }
}
