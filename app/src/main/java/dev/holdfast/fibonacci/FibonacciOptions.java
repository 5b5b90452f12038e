package dev.holdfast.fibonacci;

import dev.holdfast.service.ServiceOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the sequence. */
final class FibonacciOptions implements ServiceOptions<FibonacciConfig> {
  @Option(
      names = "--fibonacci-position-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_FIBONACCI_POSITION_MAX}",
      description =
          "the last position of the Fibonacci sequence; there a request to advance is answered 409;"
              + " default ${DEFAULT-VALUE}; env HOLDFAST_FIBONACCI_POSITION_MAX")
  private long positionMax;

  @Option(
      names = "--fibonacci-set-aside",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_FIBONACCI_SET_ASIDE}",
      description =
          "let a start that finds a damaged position file set it aside and go on with the last"
              + " intact position; numbers may be handed out twice; default"
              + " ${DEFAULT-VALUE}; env HOLDFAST_FIBONACCI_SET_ASIDE")
  private boolean setAside;

  @Override
  public Optional<FibonacciConfig> defaults() {
    return Optional.of(FibonacciConfig.DEFAULT);
  }

  @Override
  public FibonacciConfig config() {
    return new FibonacciConfig(positionMax, setAside);
  }
}
