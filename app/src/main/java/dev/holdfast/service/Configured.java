package dev.holdfast.service;

/**
 * A service with its configuration, ready to start.
 *
 * @param <C> its configuration
 */
public record Configured<C>(ServiceType<C> type, C config) {
  /** Starts the service. */
  public Service start(ServiceContext context) throws StartFailure {
    return type.start(config, context);
  }
}
