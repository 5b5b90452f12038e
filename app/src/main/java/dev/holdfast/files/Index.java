package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Content;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.expiry.ExpiryPolicy;

/**
 * Keeps what the sidecar knows of names, in an Ehcache sized in entries on heap. All of it can be
 * learnt again from the disk or the origin, so that any entry may be evicted.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Index implements AutoCloseable {
  /** The only one of the caches. */
  static final String CACHE = "known";

  private final CacheManager manager;
  private final Cache<StoredName, Known> cache;

  /**
   * @param entriesMax names to remember, 1 or more
   * @param absentTtl how long an absence is believed
   */
  Index(int entriesMax, Duration absentTtl) {
    this(caches(entriesMax, absentTtl));
  }

  /** An index over caches from which somebody else may evict what it knows. */
  Index(CacheManager caches) {
    manager = caches;
    cache = manager.getCache(CACHE, StoredName.class, Known.class);
  }

  /** The caches of an index, with the same parameters. */
  static CacheManager caches(int entriesMax, Duration absentTtl) {
    return CacheManagerBuilder.newCacheManagerBuilder()
        .withCache(
            CACHE,
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    StoredName.class,
                    Known.class,
                    ResourcePoolsBuilder.newResourcePoolsBuilder()
                        .heap(entriesMax, EntryUnit.ENTRIES))
                .withExpiry(new Expiry(absentTtl)))
        .build(true);
  }

  Optional<Known> get(StoredName name) {
    return Optional.ofNullable(cache.get(name));
  }

  /**
   * Returns the content that a name was last shown with, or empty if none is known. A fetch has to
   * find the same.
   */
  Optional<Content> content(StoredName name) {
    return cache.get(name) instanceof Known.Present(Content content)
        ? Optional.of(content)
        : Optional.empty();
  }

  void put(StoredName name, Known known) {
    cache.put(name, known);
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Absences expire; contents are replaced by whoever changes them. */
  private record Expiry(Duration absentTtl) implements ExpiryPolicy<StoredName, Known> {
    @Override
    public Duration getExpiryForCreation(StoredName name, Known value) {
      return value instanceof Known.Absent ? absentTtl : INFINITE;
    }

    @Override
    public Duration getExpiryForAccess(StoredName name, Supplier<? extends Known> value) {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate(
        StoredName name, Supplier<? extends Known> oldValue, Known newValue) {
      return getExpiryForCreation(name, newValue);
    }
  }
}
