package dev.holdfast.service;

import java.util.Optional;

/**
 * The options of a service: an object whose fields picocli fills.
 *
 * @param <C> the configuration that they make
 */
@FunctionalInterface
public interface ServiceOptions<C> {
  /**
   * The configuration that the options say.
   *
   * @throws IllegalArgumentException if one of them is out of bounds; the message begins with the
   *     name of the component, which is the option's but for the spelling
   */
  C config();

  /**
   * The configuration where nobody says anything, a record; empty if the options say their defaults
   * themselves. An option without a default takes the value of the component that is called like
   * it.
   */
  default Optional<C> defaults() {
    return Optional.empty();
  }
}
