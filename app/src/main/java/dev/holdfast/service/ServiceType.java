package dev.holdfast.service;

/**
 * A kind of service: its name, its options, how it is started, and its part of nginx's
 * configuration. The list of all kinds is in {@code cli}.
 *
 * @param <C> its configuration, a record that checks itself
 */
public interface ServiceType<C> {
  /**
   * The name, in lower-case letters: of the directory of its data, and of its command if it runs
   * alone.
   */
  String name();

  /** A new object with its options, for picocli. */
  ServiceOptions<C> options();

  /**
   * Starts one.
   *
   * @throws StartFailure if it cannot start; nothing of it is left running then
   */
  Service start(C config, ServiceContext context) throws StartFailure;

  /** Its part of nginx's configuration, where it runs in the sidecars. */
  default NginxPart nginx() {
    return NginxPart.none(name());
  }

  /**
   * The port that it listens on when it runs alone, if no option says another one; 0 if it never
   * runs alone.
   */
  default int port() {
    return 0;
  }

  /** Returns true if every sidecar runs one. */
  default boolean isInSidecars() {
    return false;
  }

  /** One sentence on what it does, for {@code --help}. */
  String description();
}
