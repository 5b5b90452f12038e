package dev.holdfast.fibonacci;

import dev.holdfast.service.ServiceOptions;
import picocli.CommandLine.Option;

/** The options of the sequence. */
final class FibonacciOptions implements ServiceOptions<FibonacciConfig> {
  @Option(
      names = "--fibonacci-position-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_FIBONACCI_POSITION_MAX:-100000}",
      description =
          "how far the Fibonacci sequence goes; there a request to advance it is answered 409;"
              + " default ${DEFAULT-VALUE}; env HOLDFAST_FIBONACCI_POSITION_MAX")
  private long positionMax;

  @Override
  public FibonacciConfig config() {
    return new FibonacciConfig(positionMax);
  }
}
