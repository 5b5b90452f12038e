package dev.holdfast.gatling;

import dev.holdfast.testkit.Bodies;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file that nobody writes during the run. Each GET has to return the same bytes as the first. If
 * they are a body of ours, from this run or another, it has to be a whole one of this name.
 *
 * <p>Threading: any thread may judge.
 */
final class Unchanged {
  private final String name;

  /** The SHA-256 of the body that was read first; null before. */
  private final AtomicReference<ByteBuffer> first = new AtomicReference<>();

  Unchanged(String name) {
    this.name = name;
  }

  /** Returns the expectation of one GET. */
  Expectation expectation() {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        if (status == 404 && first.get() != null) {
          return Optional.of(new Complaint("stale: absent, although it was read before", true));
        }
        return status == 200
            ? Unchanged.this.judge(body)
            : Optional.of(new Complaint("status " + status, false));
      }

      @Override
      public boolean checks(int status) {
        return status == 200 || (status == 404 && first.get() != null);
      }
    };
  }

  private Optional<Expectation.Complaint> judge(byte[] body) {
    if (Bodies.isOurs(body) && Seen.of(name, body) instanceof Seen.Corrupt corrupt) {
      return Optional.of(new Expectation.Complaint("torn or wrong: " + corrupt.reason(), true));
    }
    ByteBuffer digest = ByteBuffer.wrap(Digests.sha256(body));
    ByteBuffer before = first.compareAndExchange(null, digest);
    return before == null || before.equals(digest)
        ? Optional.empty()
        : Optional.of(new Expectation.Complaint("other bytes than were read before", true));
  }
}
