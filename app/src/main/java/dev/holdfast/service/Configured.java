package dev.holdfast.service;

/**
 * A service that is to be started.
 *
 * @param <C> its configuration
 */
public record Configured<C>(ServiceType<C> type, C config) {
  /** Starts it. */
  public Service start(ServiceContext context) throws StartFailure {
    return type.start(config, context);
  }
}
