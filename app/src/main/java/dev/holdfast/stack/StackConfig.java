package dev.holdfast.stack;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.Configured;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.staging.StagingLimits;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The configuration of a whole stack on one machine.
 *
 * @param host the IPv4 address that nginx listens on
 * @param port the port that nginx listens on, 1 to 65535
 * @param sidecarPorts the ports of the sidecars, on loopback, one for each pair
 * @param standIns the stand-in file servers to start, one for each sidecar; empty if there are
 *     {@code origins}
 * @param origins the file servers, one for each sidecar, if no stand-ins are started
 * @param dataDir the directory of all data of the stack
 * @param nginx the nginx program; if it is empty, the start looks for one
 * @param nginxWorkers nginx's worker processes, 1 or more
 * @param logsBytesMax what nginx's access log and the one before it may take of the disk together,
 *     in bytes, 1 or more
 * @param scoreboardPort the port of the scoreboard, on loopback; 0 for none
 * @param scoreboardSummary the summary of a load run, if the scoreboard shows wrong data
 * @param services the services in each sidecar besides the files and the store
 */
public record StackConfig(
    String host,
    int port,
    List<Integer> sidecarPorts,
    List<FileServerConfig> standIns,
    List<URI> origins,
    Path dataDir,
    Optional<Path> nginx,
    int nginxWorkers,
    long logsBytesMax,
    int scoreboardPort,
    Optional<Path> scoreboardSummary,
    StagingLimits staging,
    FilesConfig files,
    HttpLimits http,
    Function<URI, OriginConfig> origin,
    CasConfig cas,
    List<Configured<?>> services) {

  public StackConfig {
    sidecarPorts = List.copyOf(sidecarPorts);
    standIns = List.copyOf(standIns);
    origins = List.copyOf(origins);
    services = List.copyOf(services);
    dataDir = dataDir.toAbsolutePath().normalize();
    if (sidecarPorts.isEmpty() || sidecarPorts.size() != standIns.size() + origins.size()) {
      throw new IllegalArgumentException("pairs must be as many as there are file servers");
    }
  }

  public List<String> ring() {
    return sidecarPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  public Path stagingDir() {
    return dataDir.resolve("staging");
  }

  /** Returns the directory that nginx works in. */
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
        staging,
        files,
        http,
        cas,
        services);
  }
}
