package dev.holdfast.sidecar;

import dev.holdfast.bounds.Bounds;
import dev.holdfast.names.Ring;
import dev.holdfast.origin.OriginConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of one sidecar.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param ring all sidecars as nginx's upstream names them, in its order
 * @param self this sidecar, as the ring names it
 * @param stagingDir the directory that is shared with nginx
 * @param origin the file server behind it
 */
public record SidecarConfig(
    String host,
    int port,
    List<String> ring,
    String self,
    Path stagingDir,
    OriginConfig origin,
    SidecarSettings settings) {

  public SidecarConfig {
    ring = List.copyOf(ring);
    Ring.require("ring", ring);
    Bounds.address(host, port);
    if (!ring.contains(self)) {
      throw new IllegalArgumentException("self must be one of the ring, " + ring + ", not " + self);
    }
  }

  /** Returns the name of the sidecar's own directory in the staging directory. */
  String directory() {
    return "sidecar-" + (ring.indexOf(self) + 1);
  }
}
