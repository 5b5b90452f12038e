package dev.holdfast.fibonacci;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.OwnedState;
import dev.holdfast.disk.Ownership;
import dev.holdfast.service.ServiceContext;
import java.nio.charset.StandardCharsets;

/**
 * The Fibonacci sequence of a ring: which sidecar has it, and what it takes it up from. When the
 * ring changes another one may have it: that one looks what all the others have written.
 */
final class SequenceOwner {
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  private SequenceOwner() {}

  /**
   * Takes up the sequence if it is this sidecar's. The sidecar starts also where that fails: its
   * files have nothing to do with it.
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
