package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.staging.Keeping;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of how settled writes are kept, for all commands that start a sidecar. */
final class KeepingOptions implements RecordDefaults.Source {
  private static final String ENV = "; default ${DEFAULT-VALUE}; env ";

  /** The options that are not named after their components, by component. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "ms",
          "--settled-keep-ms",
          "bytesMax",
          "--settled-keep-bytes-max",
          "countMax",
          "--settled-keep-count-max");

  /** The rule at the bound: a kept write may leave before it is proven, or new writes wait. */
  enum Bound {
    EARLY,
    STRICT
  }

  /** The proof that a write is on the file server's disk. */
  enum Proof {
    CONNECTION,
    COMPARE
  }

  @Option(
      names = "--settled-keep-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_SETTLED_KEEP_MS}",
      description =
          "how long a file server may take to write a confirmed write to its disk; a write is kept"
              + " here so long, and until it is proven to be there; 0 keeps nothing"
              + ENV
              + "HOLDFAST_SETTLED_KEEP_MS")
  private long ms;

  @Option(
      names = "--settled-proof",
      paramLabel = "PROOF",
      defaultValue = "${env:HOLDFAST_SETTLED_PROOF}",
      description =
          "the proof: 'connection', one that stayed open, else a comparison; or 'compare',"
              + " always a comparison, for a file server behind a proxy or with its volume on"
              + " another machine"
              + ENV
              + "HOLDFAST_SETTLED_PROOF")
  private Proof proof;

  @Option(
      names = "--settled-keep",
      paramLabel = "BOUND",
      defaultValue = "${env:HOLDFAST_SETTLED_KEEP}",
      description =
          "at the bound of kept writes: 'early', the oldest leave unproven; 'strict', new writes"
              + " wait, then are answered 503"
              + ENV
              + "HOLDFAST_SETTLED_KEEP")
  private Bound bound;

  @Option(
      names = "--settled-keep-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_SETTLED_KEEP_BYTES_MAX}",
      description = "bodies that are kept" + ENV + "HOLDFAST_SETTLED_KEEP_BYTES_MAX")
  private long bytesMax;

  @Option(
      names = "--settled-keep-count-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_SETTLED_KEEP_COUNT_MAX}",
      description = "the same in writes" + ENV + "HOLDFAST_SETTLED_KEEP_COUNT_MAX")
  private int countMax;

  @Override
  public Map<String, String> defaults() {
    var defaults = RecordDefaults.of(OPTIONS, Keeping.DEFAULT);
    defaults.put(
        "--settled-proof",
        RecordDefaults.text(Keeping.DEFAULT.alwaysCompare() ? Proof.COMPARE : Proof.CONNECTION));
    defaults.put(
        "--settled-keep",
        RecordDefaults.text(Keeping.DEFAULT.strict() ? Bound.STRICT : Bound.EARLY));
    return defaults;
  }

  Keeping keeping() throws BadOptionException {
    return checked(
        () -> new Keeping(ms, proof == Proof.COMPARE, bytesMax, countMax, bound == Bound.STRICT),
        OPTIONS);
  }
}
