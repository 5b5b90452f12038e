package dev.holdfast.watcher.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What a name came to. */
public sealed interface Resolution {

  /**
   * Addresses.
   *
   * @param addresses at least one, in the order in which the servers gave them
   * @param isStale true if the time to live of one is over, and no server gave a newer one
   */
  record Addresses(List<InetAddress> addresses, boolean isStale) implements Resolution {
    public Addresses {
      addresses = List.copyOf(addresses);
      if (addresses.isEmpty()) {
        throw new IllegalArgumentException("a name without addresses is NoSuchName");
      }
    }
  }

  /**
   * A server said that the name does not exist, or that it has no address of the kind.
   *
   * @param detail which of the two
   */
  record NoSuchName(String detail) implements Resolution {}

  /**
   * No server could say.
   *
   * @param detail the failure, for people
   * @param cause why no server could be asked, or empty if one has told that it cannot say
   */
  record Failure(String detail, Optional<Throwable> cause) implements Resolution {}

  /** No server answered in time. */
  record Timeout() implements Resolution {}

  /** The resolver asked nobody, since it has as many questions in progress as it may have. */
  record Unasked() implements Resolution {}

  /**
   * A resolution, and our own share of its time.
   *
   * @param resolution the resolution
   * @param waitedNanos how long the question waited for its turn before it was sent, in ns
   */
  record Timed(Resolution resolution, long waitedNanos) {
    /** Returns the same after a further wait of our own, in ns. */
    Timed after(long furtherNanos) {
      return new Timed(resolution, furtherNanos + waitedNanos);
    }
  }
}
