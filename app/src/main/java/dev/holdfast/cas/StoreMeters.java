package dev.holdfast.cas;

import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.Counter;

/**
 * The meters of the content-addressed store and of the action cache under their names. A store is
 * {@code cas} or {@code ac}, which is the label of its counters.
 *
 * <p>A counter is there, at zero, from when it is first asked for: ask for each at the start.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class StoreMeters {
  private final Meters meters;

  StoreMeters(Meters meters) {
    this.meters = meters;
  }

  /** Counts reads of a store. */
  Counter gets(String store) {
    return meters.counter(
        "holdfast.store.gets",
        "Reads of blobs (cas) and actions (ac) that came to the sidecar.",
        "store",
        store);
  }

  /** Counts reads of a store that were answered from here. */
  Counter hits(String store) {
    return meters.counter(
        "holdfast.store.hits", "Those reads that were answered from here.", "store", store);
  }

  /** Counts how often the origin was asked for a blob or an action. */
  Counter loads(String store) {
    return meters.counter(
        "holdfast.store.loads",
        "Times that the file server was asked for a blob or an action.",
        "store",
        store);
  }

  /** Counts requests that joined a load that was under way. */
  Counter loadsDeduped(String store) {
    return meters.counter(
        "holdfast.store.loads.deduped",
        "Requests that joined such a one that was under way.",
        "store",
        store);
  }

  /** Counts loads that brought no answer, or a wrong one. */
  Counter loadErrors(String store) {
    return meters.counter(
        "holdfast.store.load.errors",
        "Loads that brought no answer, or bytes with another digest.",
        "store",
        store);
  }

  /** Counts puts to a store, by what came of them: new, existing or other_digest. */
  Counter puts(String store, String outcome) {
    return meters.counter(
        "holdfast.store.puts",
        "Puts: new, existing, or other_digest than the address, which is refused.",
        "store",
        store,
        "outcome",
        outcome);
  }

  /** Counts blobs that were handed over to the sidecar that owns them. */
  Counter handedOver() {
    return meters.counter(
        "holdfast.store.handed.over",
        "Uploads that were handed over to the sidecar that owns them.");
  }
}
