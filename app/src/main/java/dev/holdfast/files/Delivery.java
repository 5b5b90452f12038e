package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.BodySource;
import dev.holdfast.origin.ChangeOutcome;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Failure;
import dev.holdfast.origin.GetOutcome;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.Turn;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Pending;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings a pending write to the origin, once. A name of which an attempt ended without an answer is
 * <em>doubtful</em>: that attempt may still take effect, so that a later confirmation is believed
 * only when the origin is found to have the right content.
 *
 * <p>Threading: may be used from any number of threads; of one name by one, who has its turn.
 */
final class Delivery {
  /** The outcome of a put whose body is no longer the newest: there is another one to send. */
  static final Failure REPLACED = new Failure.NotSent("a newer write has replaced this one");

  private final Origin origin;
  private final Shelf shelf;
  private final Set<StoredName> doubtful = ConcurrentHashMap.newKeySet();

  Delivery(Origin origin, Shelf shelf) {
    this.origin = origin;
    this.shelf = shelf;
  }

  /** Declares a name doubtful: who knows what an earlier process left at the origin. */
  void doubt(StoredName name) {
    doubtful.add(name);
  }

  /** Sends a write; {@link DeliveryOutcome.Confirmed} means that the origin has it. */
  DeliveryOutcome deliver(Turn turn, Pending write, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    // A digest of what is sent: an earlier version may have told contents by another one.
    var sent = new ContentDigest();
    return switch (send(turn, write, sent, progress, deadline)) {
      case ChangeOutcome.Failed(Failure.Unclear(long sentNanos, String _)) -> {
        doubtful.add(write.name());
        yield readBack(turn, write, sent.content(), sentNanos, deadline);
      }
      case ChangeOutcome.Failed(Failure failure) -> {
        if (failure.mayHaveActed()) {
          doubtful.add(write.name());
        }
        yield new DeliveryOutcome.Failed(failure);
      }
      case ChangeOutcome.Confirmed(long sentNanos) ->
          doubtful.contains(write.name())
              ? readBack(turn, write, sent.content(), sentNanos, deadline)
              : new DeliveryOutcome.Confirmed(new Evidence(sentNanos, sentNanos, false));
    };
  }

  /** Sends a write; if that fails here, in the middle perhaps, nobody knows what it does there. */
  private ChangeOutcome send(
      Turn turn, Pending write, ContentDigest sent, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    boolean ended = false;
    try {
      ChangeOutcome outcome =
          switch (write) {
            case Pending.Put put -> put(turn, put, sent, progress, deadline);
            case Pending.Delete _ -> origin.delete(turn, deadline);
          };
      ended = true;
      return outcome;
    } finally {
      if (!ended) {
        doubtful.add(write.name());
      }
    }
  }

  private DeliveryOutcome readBack(
      Turn turn, Pending write, Content sent, long sentNanos, Deadline deadline)
      throws IOException, InterruptedException {
    var digest = new ContentDigest(); // and no file: a full disk must not keep writes from settling
    GetOutcome found = origin.readBack(turn, digest::update, deadline);
    boolean isThere =
        switch (found) {
          case GetOutcome.Failed _ -> false;
          case GetOutcome.Absent _ -> write instanceof Pending.Delete;
          case GetOutcome.Found _ -> write instanceof Pending.Put && sent.equals(digest.content());
        };
    if (found instanceof GetOutcome.Failed(Failure failure)) {
      // The write itself was confirmed: whatever kept it from being read, it may have acted.
      return new DeliveryOutcome.Failed(
          new Failure.NoAnswer("it could not be read back: " + failure.detail()));
    }
    if (!isThere) {
      return new DeliveryOutcome.Failed(
          new Failure.Nonsense(200, "the file server has another content than was confirmed"));
    }
    doubtful.remove(write.name());
    return new DeliveryOutcome.Confirmed(
        new Evidence(sentNanos, turn.quietNanos().orElse(sentNanos), true));
  }

  private ChangeOutcome put(
      Turn turn, Pending.Put put, ContentDigest sent, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    Optional<InputStream> body = shelf.openPending(put);
    if (body.isEmpty()) {
      return new ChangeOutcome.Failed(REPLACED);
    }
    try (InputStream bytes = body.get()) {
      return origin.put(turn, source(put.content().size(), bytes, sent, progress), deadline);
    }
  }

  private static BodySource source(
      long size, InputStream bytes, ContentDigest sent, Progress progress) {
    return new BodySource() {
      @Override
      public long length() {
        return size;
      }

      @Override
      public InputStream open() {
        return new FilterInputStream(bytes) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            progress.moved();
            int n = in.read(into, offset, length);
            sent.update(into, offset, Math.max(0, n));
            return n;
          }

          @Override
          public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }
        };
      }
    };
  }
}
