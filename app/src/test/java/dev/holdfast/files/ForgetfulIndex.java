package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import java.time.Duration;
import org.ehcache.CacheManager;

/** An index that forgets a name when a test wants it to, as it may at any time. */
final class ForgetfulIndex {
  private final CacheManager caches = Index.caches(100, Duration.ofHours(1));
  private final Index index = new Index(caches);

  Index index() {
    return index;
  }

  void forget(StoredName name) {
    caches.getCache(Index.CACHE, StoredName.class, Known.class).remove(name);
  }
}
