package dev.holdfast.names;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What every request that reaches a sidecar does with its name: read it, and look for its owner.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NameBenchmark {
  /** A plain name, one that has to be decoded, and the longest. */
  @Param({"kqwzjxmvbnrtyui", "a%20file%2Fwith%C3%A9.txt", "longest"})
  public String encoded;

  private final Ring ring = Ring.of(List.of("127.0.0.1:8181", "127.0.0.1:8182", "127.0.0.1:8183"));
  private String stored;
  private byte[] key;

  /** Reads the name once, for the benchmarks of what comes after. */
  @Setup
  public void setUp() throws BadNameException {
    if (encoded.equals("longest")) {
      encoded = "x".repeat(StoredName.BYTES_MAX);
    }
    Name name = Name.parse(encoded);
    stored = name.stored().toString();
    key = name.ringKey();
  }

  /** From the path of a request to its canonical and its stored form. */
  @Benchmark
  public Name parse() throws BadNameException {
    return Name.parse(encoded);
  }

  /** Back from the stored form, as at a start. */
  @Benchmark
  public Name ofStored() {
    return Name.of(StoredName.parse(stored).orElseThrow());
  }

  /** nginx's hash of the name, and the server that owns it. */
  @Benchmark
  public int owner() {
    return ring.ownerOf(key);
  }
}
