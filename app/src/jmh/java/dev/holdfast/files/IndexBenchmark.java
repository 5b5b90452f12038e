package dev.holdfast.files;

import dev.holdfast.names.Name;
import dev.holdfast.names.StoredName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The index of a sidecar, full, or with room. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IndexBenchmark {
  private static final int ENTRIES_MAX = 200_000;

  /** Names in the index. */
  @Param({"1000", "200000"})
  public int names;

  private Index index;
  private StoredName[] known;
  private int next;

  /** Fills the index with absences. */
  @Setup
  public void setUp() {
    index = new Index(ENTRIES_MAX, Duration.ofHours(1));
    known = new StoredName[names];
    for (int i = 0; i < names; i++) {
      known[i] = Name.plain("name-" + i).stored();
      index.put(known[i], new Known.Absent());
    }
  }

  /** Ends the index. */
  @TearDown
  public void tearDown() {
    index.close();
  }

  /** What is known of a name that is there. */
  @Benchmark
  public Optional<Known> get() {
    return index.get(turn());
  }

  /** What is known of a name that is not there. */
  @Benchmark
  public Optional<Known> getUnknown() {
    return index.get(StoredName.NOBODYS);
  }

  /** Something else is known of a name. */
  @Benchmark
  public void put() {
    index.put(turn(), new Known.Absent());
  }

  private StoredName turn() {
    next = next + 1 == names ? 0 : next + 1;
    return known[next];
  }
}
