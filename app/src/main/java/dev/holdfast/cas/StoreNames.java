package dev.holdfast.cas;

import dev.holdfast.files.ReservedNames;
import dev.holdfast.metrics.Meters;
import java.util.Optional;

/**
 * The names of the store in the file service. Only the prefix with a digest behind it is reserved:
 * any other name that begins with it is a file like all.
 *
 * <p>Threading: immutable.
 */
public final class StoreNames implements ReservedNames {
  static final String BLOB = "cas-";
  static final String ACTION = "ac-";

  private final boolean delete;
  private final StoreMeters meters;

  public StoreNames(CasConfig config, Meters meters) {
    this.delete = config.delete();
    this.meters = new StoreMeters(meters);
    for (String store : new String[] {"cas", "ac"}) {
      this.meters.loads(store);
      this.meters.loadsDeduped(store);
      this.meters.loadErrors(store);
    }
  }

  /** The digest that a stored name names a blob by. */
  static Optional<Digest> blob(String stored) {
    return stored.startsWith(BLOB)
        ? Digest.parse(stored.substring(BLOB.length()))
        : Optional.empty();
  }

  @Override
  public Optional<String> sha256(String stored) {
    return blob(stored).map(Digest::hex);
  }

  @Override
  public boolean mayDelete(String stored) {
    return delete || blob(stored).isEmpty();
  }

  @Override
  public void count(String stored, Load load) {
    store(stored)
        .map(
            store ->
                switch (load) {
                  case BEGUN -> meters.loads(store);
                  case JOINED -> meters.loadsDeduped(store);
                  case FAILED -> meters.loadErrors(store);
                })
        .ifPresent(counter -> counter.increment());
  }

  private static Optional<String> store(String stored) {
    if (blob(stored).isPresent()) {
      return Optional.of("cas");
    }
    boolean action =
        stored.startsWith(ACTION) && Digest.parse(stored.substring(ACTION.length())).isPresent();
    return action ? Optional.of("ac") : Optional.empty();
  }
}
