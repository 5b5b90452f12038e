package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells of names whose pending or kept write has changed, to those who wait for that. It costs next
 * to nothing while nobody waits.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class WriteChanges {
  private final List<Consumer<StoredName>> listeners = new CopyOnWriteArrayList<>();

  WriteChanges() {}

  /** Ends the telling. */
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Calls somebody after each change, from the thread that makes it, until that is closed. All that
   * has changed before this returns can be seen; what changes later is told.
   *
   * @param listener gets the stored name; it does not wait, and changes nothing in the store
   */
  public Listening listen(Consumer<StoredName> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void changed(StoredName name) {
    for (Consumer<StoredName> listener : listeners) {
      listener.accept(name);
    }
  }
}
