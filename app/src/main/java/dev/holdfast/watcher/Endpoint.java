package dev.holdfast.watcher;

import java.util.Set;

/**
 * A site to check, with the way to check it and the interval.
 *
 * @param id its identity
 * @param group the group that it belongs to, or an empty text
 * @param timing how often, and how long a check may take
 * @param request what is asked
 * @param expectation what has to be answered
 * @param reach how the site is reached
 * @param locations the locations that check it; empty if all do
 */
public record Endpoint(
    EndpointId id,
    String group,
    Timing timing,
    CheckRequest request,
    Expectation expectation,
    Reach reach,
    Set<String> locations) {

  public Endpoint {
    locations = Set.copyOf(locations);
  }

  /** Returns its slots. */
  public Schedule schedule() {
    return Schedule.of(id, timing.intervalMs());
  }

  /** Returns true if the location checks it. */
  public boolean isCheckedFrom(String location) {
    return locations.isEmpty() || locations.contains(location);
  }
}
