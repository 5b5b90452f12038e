package dev.holdfast.service;

import java.nio.file.Path;

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

  /** Returns the directory of its data; see {@link ServiceType#directory}. */
  public Path directory(Path dataDir) throws StartFailure {
    return type.directory(config, dataDir);
  }
}
