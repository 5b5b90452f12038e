package dev.holdfast.scoreboard;

import dev.holdfast.bounds.Bounds;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of a live scoreboard.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param log nginx's access log; it need not be there yet
 * @param sidecars the sidecars whose state is shown, as {@code host:port}; may be empty
 * @param loadSummary the summary of a load run, if wrong data is to be shown; it need not be there
 *     yet
 * @param viewersMax pages open at once, 1 to 1000; a further one is answered 503
 */
public record BoardConfig(
    String host,
    int port,
    Path log,
    List<String> sidecars,
    Optional<Path> loadSummary,
    int viewersMax) {

  /** The default of {@code viewersMax}. */
  public static final int VIEWERS_MAX_DEFAULT = 20;

  private static final String SIDECAR = "[A-Za-z0-9._-]+:[0-9]{1,5}";

  public BoardConfig {
    sidecars = List.copyOf(sidecars);
    Bounds.address(host, port);
    for (String sidecar : sidecars) {
      if (!sidecar.matches(SIDECAR)) {
        throw new IllegalArgumentException("sidecars must be host:port, not " + sidecar);
      }
    }
    Bounds.within("viewersMax", viewersMax, 1, 1000);
  }
}
