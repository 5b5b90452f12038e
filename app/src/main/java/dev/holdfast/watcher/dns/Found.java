package dev.holdfast.watcher.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What a question came to. */
sealed interface Found {

  /** Addresses, and how long they live, in s. */
  record Records(List<InetAddress> addresses, long ttlS) implements Found {
    public Records {
      addresses = List.copyOf(addresses);
    }
  }

  /** No address, and for how long that holds, in s. */
  record Nothing(boolean isNameAbsent, long ttlS) implements Found {}

  /** A failure of a server, or of our own call if there is a cause. */
  record Failed(String detail, Optional<Throwable> cause) implements Found {
    /** Returns true if a server has told that it cannot say. */
    boolean isTold() {
      return cause.isEmpty();
    }
  }

  /** No server answered. */
  record Silence() implements Found {}

  /** No server was asked, since as many questions are in progress as may be. */
  record Unasked() implements Found {}
}
