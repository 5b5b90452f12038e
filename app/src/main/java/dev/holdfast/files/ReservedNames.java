package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.ContentDigest;
import java.util.Optional;

/**
 * Names that a service stores its own files under. That service says what is special about them;
 * the file service holds everybody to it.
 *
 * <p>Threading: may be used from any number of threads.
 */
public interface ReservedNames {
  /** No name is special. */
  ReservedNames NONE =
      new ReservedNames() {
        @Override
        public Optional<String> sha256(StoredName name) {
          return Optional.empty();
        }

        @Override
        public boolean mayDelete(StoredName name) {
          return true;
        }

        @Override
        public void count(StoredName name, Load load) {}
      };

  /** A stage in the fetch of a file that is not here and is asked for. */
  enum Load {
    /** The origin is asked. */
    BEGUN,
    /** Somebody else has asked it already. */
    JOINED,
    /** It gave no answer that is of use. */
    FAILED
  }

  /**
   * The digest that the content of a name has to have, 64 lowercase hex digits; empty if any
   * content will do.
   */
  Optional<String> sha256(StoredName name);

  /** Returns a digest for a body of a name, with the SHA-256 only where one is asked for. */
  default ContentDigest digest(StoredName name) {
    return sha256(name).isPresent() ? ContentDigest.withSha256() : new ContentDigest();
  }

  /** Returns true if clients may delete a file of this name. */
  boolean mayDelete(StoredName name);

  /** Is told of every load, for meters. */
  void count(StoredName name, Load load);
}
