package dev.holdfast.cli;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.OwnedState;
import dev.holdfast.disk.Ownership;
import dev.holdfast.fibonacci.FibonacciRoutes;
import dev.holdfast.fibonacci.Sequence;
import dev.holdfast.files.Ring;
import dev.holdfast.metrics.Meters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Fibonacci sequence of a ring: which sidecar has it, and what it takes it up from. When the
 * ring changes another one may have it: that one looks what all the others have written.
 */
final class SequenceOwner {
  private static final String DIRECTORY = "fibonacci";
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  private SequenceOwner() {}

  /**
   * Takes up the sequence if it is this sidecar's. The sidecar starts also where that fails: its
   * files have nothing to do with it.
   */
  static OwnedState<Sequence> start(SidecarConfig config, Ring ring, Meters meters) {
    if (!ring.owner(RING_KEY).equals(config.self())) {
      return OwnedState.elsewhere();
    }
    Path own = config.stagingDir().resolve(config.directory()).resolve(DIRECTORY);
    var disk = new LocalDisk(meters.diskForces());
    OwnedState<Sequence> owned =
        OwnedState.takeUp(
            "the sequence",
            () -> Sequence.open(disk, own, others(config, own), config.fibonacci(), meters));
    meters.fibonacciUnusable(() -> owned.known() instanceof Ownership.Unusable);
    return owned;
  }

  private static List<Path> others(SidecarConfig config, Path own) throws IOException {
    var others = new ArrayList<Path>();
    for (Path directory : SidecarDirectories.all(config.stagingDir())) {
      Path other = directory.resolve(DIRECTORY);
      if (!other.equals(own) && SidecarDirectories.isThere(directory, DIRECTORY)) {
        others.add(other);
      }
    }
    return others;
  }
}
