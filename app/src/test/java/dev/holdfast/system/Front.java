package dev.holdfast.system;

/** The two ways to the file service. The promises hold on both. */
public enum Front {
  /** Through nginx, to one of three sidecars. */
  NGINX(3),
  /** To a single sidecar, which owns every name. */
  SIDECAR(1);

  private final int pairs;

  Front(int pairs) {
    this.pairs = pairs;
  }

  /** Returns the default setup, in the size that this front needs. */
  public StackFixture.Setup setup() {
    return StackFixture.Setup.DEFAULT.withPairs(pairs);
  }

  /** Returns the way to a stack of this front's {@link #setup}. */
  public Api api(StackFixture stack) {
    return new Api(
        switch (this) {
          case NGINX -> stack.nginx();
          case SIDECAR -> stack.sidecar(0);
        });
  }
}
