package dev.holdfast.service;

import java.util.Optional;

/**
 * The options of a service: an object whose fields picocli fills.
 *
 * @param <C> the configuration that the options make
 */
@FunctionalInterface
public interface ServiceOptions<C> {
  /**
   * Returns the configuration of the options.
   *
   * @throws IllegalArgumentException if one of them is out of bounds; the message begins with the
   *     name of the component, which is the option's name in another spelling
   */
  C config();

  /**
   * Returns a record with the defaults, or empty if the options have their own defaults. An option
   * without a default takes the value of the component with its name.
   */
  default Optional<C> defaults() {
    return Optional.empty();
  }
}
