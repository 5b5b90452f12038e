package dev.holdfast.cas;

import dev.holdfast.files.ReservedNames;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
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

  /** Returns the digest of the blob that a file of this name is, or empty if it is none. */
  static Optional<Digest> blob(StoredName name) {
    return digest(BLOB, name);
  }

  private static Optional<Digest> digest(String prefix, StoredName name) {
    String file = name.toString();
    return file.startsWith(prefix)
        ? Digest.parse(file.substring(prefix.length()))
        : Optional.empty();
  }

  @Override
  public Optional<String> sha256(StoredName name) {
    return blob(name).map(Digest::hex);
  }

  @Override
  public boolean mayDelete(StoredName name) {
    return delete || blob(name).isEmpty();
  }

  @Override
  public void count(StoredName name, Load load) {
    store(name)
        .map(
            store ->
                switch (load) {
                  case BEGUN -> meters.loads(store);
                  case JOINED -> meters.loadsDeduped(store);
                  case FAILED -> meters.loadErrors(store);
                })
        .ifPresent(counter -> counter.increment());
  }

  private static Optional<String> store(StoredName name) {
    if (blob(name).isPresent()) {
      return Optional.of("cas");
    }
    return digest(ACTION, name).map(_ -> "ac");
  }
}
