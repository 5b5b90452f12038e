package dev.holdfast.files;

import dev.holdfast.files.Keeper.Comparison;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Failure;
import dev.holdfast.origin.GetOutcome;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.Turn;
import dev.holdfast.staging.Kept;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads kept writes back from the origin, and holds them byte for byte against what is kept.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class OriginComparing implements Keeper.Comparing {
  private static final long TURN_WAIT_MS = 1_000;
  private static final long PLACE_WAIT_MS = 10_000;

  /** The first status of those that tell of the server and not of the file (RFC 9110, 15.6). */
  private static final int SERVER_ERRORS_FROM = 500;

  private final Origin origin;
  private final Shelf shelf;

  OriginComparing(Origin origin, Shelf shelf) {
    this.origin = origin;
    this.shelf = shelf;
  }

  @Override
  public Comparison compare(Kept kept) throws IOException, InterruptedException {
    Optional<Turn> turn = origin.turn(kept.name(), Deadline.inMs(TURN_WAIT_MS));
    if (turn.isEmpty()) {
      return new Comparison.NotAsked();
    }
    try (Turn held = turn.get()) {
      if (kept.content().isEmpty()) {
        return compare(held, InputStream.nullInputStream(), false);
      }
      Optional<InputStream> body = shelf.openKept(kept);
      if (body.isEmpty()) {
        return new Comparison.NotAsked(); // a newer write has replaced it
      }
      try (InputStream bytes = body.get()) {
        return compare(held, bytes, true);
      }
    }
  }

  /** Has the origin asked something, on any connection. Returns when that is over. */
  void probe() {
    try {
      origin.probe(Deadline.inMs(PLACE_WAIT_MS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Comparison compare(Turn turn, InputStream kept, boolean isPut)
      throws IOException, InterruptedException {
    var reader = new Reader(kept);
    GetOutcome outcome = origin.readBack(turn, reader::take, Deadline.inMs(PLACE_WAIT_MS));
    return switch (outcome) {
      case GetOutcome.Found _ -> isPut && reader.isSame() ? same() : new Comparison.Different();
      case GetOutcome.Absent _ -> isPut ? new Comparison.Different() : same();
      case GetOutcome.Failed(Failure.NotSent _), GetOutcome.Failed(Failure.Busy _) ->
          new Comparison.Unavailable();
      // A gateway without its server says so, for example: that is not about this file.
      case GetOutcome.Failed(Failure.Nonsense(int status, String _))
          when status >= SERVER_ERRORS_FROM ->
          new Comparison.Unavailable();
      // It remembers a file that is gone, for example. To bring the write again does no harm.
      case GetOutcome.Failed(Failure.Nonsense _), GetOutcome.Failed(Failure.Unclear _) ->
          new Comparison.Different();
      case GetOutcome.Failed(Failure.NoAnswer _) ->
          new Comparison.NoAnswer(turn.quietNanos().orElseGet(System::nanoTime));
    };
  }

  private static Comparison same() {
    return new Comparison.Same();
  }

  /** Reads along. Threading: for one thread at a time. */
  private static final class Reader {
    private final InputStream kept;
    private boolean differs;

    Reader(InputStream kept) {
      this.kept = kept;
    }

    void take(byte[] bytes, int offset, int length) throws IOException {
      if (!differs) {
        byte[] own = kept.readNBytes(length);
        differs = !Arrays.equals(own, 0, own.length, bytes, offset, offset + length);
      }
    }

    boolean isSame() throws IOException {
      return !differs && kept.read() < 0;
    }
  }
}
