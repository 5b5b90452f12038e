package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;

import dev.holdfast.Interleavings;
import dev.holdfast.staging.Content;
import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The index is to many threads what a map is to one, as long as nothing is evicted. Ehcache has too
 * many steps for all interleavings to be tried: these are those of real threads.
 */
@Tag("interleaving")
public final class IndexInterleavingTest {
  private static final int NAMES = 2;

  /** A new one each time would take most of the time. */
  private static final ForgetfulIndex INDEX = new ForgetfulIndex();

  @Test
  void index_isAMap() {
    Interleavings.checkByStress(Cached.class, OfOneThread.class);
  }

  /** What is known of two names: nothing, -1; absent, 0; or a content of so many bytes. */
  @Param(name = "name", gen = IntGen.class, conf = "0:1")
  @Param(name = "size", gen = IntGen.class, conf = "0:2")
  public static final class Cached {
    public Cached() {
      for (int name = 0; name < NAMES; name++) {
        INDEX.forget(stored("" + name));
      }
    }

    @Operation
    public void put(@Param(name = "name") int name, @Param(name = "size") int size) {
      INDEX
          .index()
          .put(
              stored("" + name),
              size == 0 ? new Known.Absent() : new Known.Present(new Content(size, 1)));
    }

    @Operation
    public int get(@Param(name = "name") int name) {
      return INDEX
          .index()
          .get(stored("" + name))
          .map(
              known ->
                  switch (known) {
                    case Known.Absent _ -> 0;
                    case Known.Present(Content content) -> (int) content.size();
                  })
          .orElse(-1);
    }

    @Operation
    public void forget(@Param(name = "name") int name) {
      INDEX.forget(stored("" + name));
    }
  }

  /** Of one thread. */
  public static final class OfOneThread {
    private final Map<Integer, Integer> known = new HashMap<>();

    public void put(int name, int size) {
      known.put(name, size);
    }

    public int get(int name) {
      return known.getOrDefault(name, -1);
    }

    public void forget(int name) {
      known.remove(name);
    }
  }
}
