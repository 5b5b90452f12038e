package dev.holdfast.service;

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
}
