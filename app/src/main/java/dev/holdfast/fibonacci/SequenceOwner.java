package dev.holdfast.fibonacci;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.OwnedState;
import dev.holdfast.disk.Ownership;
import dev.holdfast.service.ServiceContext;
import java.nio.charset.StandardCharsets;

/**
 * Gives the Fibonacci sequence of a ring to the sidecar that owns it. When the ring changes,
 * another sidecar may get it. That one reads the positions of all the others.
 */
final class SequenceOwner {
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  private SequenceOwner() {}

  /**
   * Takes up the sequence if it is this sidecar's. The sidecar starts even if that fails, since its
   * files do not depend on the sequence.
   */
  static OwnedState<Sequence> start(FibonacciConfig config, ServiceContext context) {
    if (!context.owners().isSelf(RING_KEY)) {
      return OwnedState.elsewhere();
    }
    var meters = new FibonacciMeters(context.meters());
    var disk = new LocalDisk(context.meters().diskForces());
    OwnedState<Sequence> owned =
        OwnedState.takeUp(
            "the sequence",
            () ->
                Sequence.open(disk, context.directory(), context.others().list(), config, meters));
    meters.unusable(() -> owned.known() instanceof Ownership.Unusable);
    return owned;
  }
}
