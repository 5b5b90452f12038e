package dev.holdfast.watcher.config;

import dev.holdfast.watcher.Endpoint;
import java.util.List;

/** What reading a file came to. */
public sealed interface WatchList {
  /**
   * The file was read.
   *
   * @param endpoints its endpoints, in the order of their ids
   */
  record Read(List<Endpoint> endpoints) implements WatchList {
    public Read {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * The file has faults, and nothing of it was taken.
   *
   * @param complaints its faults in the order of their lines, at least one, at most {@link
   *     WatchFile#COMPLAINTS_MAX}. If there are more, the last one says so
   */
  record Refused(List<Complaint> complaints) implements WatchList {
    public Refused {
      complaints = List.copyOf(complaints);
    }
  }
}
