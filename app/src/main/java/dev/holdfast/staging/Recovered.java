package dev.holdfast.staging;

/**
 * Counts of what an earlier process left in a staging store.
 *
 * @param putsPending puts that are still to be confirmed by the origin
 * @param deletesPending the same for deletes
 * @param kept settled writes that are kept until they are surely on the origin's disk
 * @param published clean files that stay published
 * @param dropped published and cold files that may be outdated and were removed
 * @param clean false if that process may have left requests running at the origin
 */
public record Recovered(
    int putsPending, int deletesPending, int kept, int published, int dropped, boolean clean) {
  /** Tells the meters. */
  void measure(StagingMeters meters) {
    meters.recoveredPuts(putsPending);
    meters.recoveredDeletes(deletesPending);
    meters.recoveredKept(kept);
    meters.recoveredPublished(published);
    meters.recoveredDropped(dropped);
    meters.recoveredClean(clean);
  }

  @Override
  public String toString() {
    return putsPending
        + " puts and "
        + deletesPending
        + " deletes pending, "
        + kept
        + " settled writes kept, "
        + published
        + " files published, "
        + dropped
        + " dropped"
        + (clean ? "" : ", after an unclean end");
  }
}
