package dev.holdfast.files;

import dev.holdfast.staging.Content;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The state of a name that the sidecar has shown last, which it knows beside what is on its disk.
 * The origin has the same, or gets it by the write that is pending.
 */
sealed interface Known {
  /** There is no such file. Threading: may be used from any number of threads. */
  final class Absent implements Known {
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Returns true if somebody has asked for the file before, since it is known absent. */
    boolean isAskedAgain() {
      return asked.get() || asked.getAndSet(true);
    }
  }

  /** The file has this content; it may be published, cold or no longer here. */
  record Present(Content content) implements Known {}
}
