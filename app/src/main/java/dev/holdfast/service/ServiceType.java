package dev.holdfast.service;

import java.nio.file.Path;
import java.util.List;

/**
 * A kind of service: its name, its options, its start, and its part of nginx's configuration. The
 * list of all kinds is in {@code cli}.
 *
 * @param <C> its configuration, a record that checks itself
 */
public interface ServiceType<C> {
  /**
   * Returns the name: lower-case letters, with dashes between words. Its data directory has this
   * name, and so has its command if it runs alone. Its variables have it with {@code _} for a dash.
   */
  String name();

  /** Returns a new object with its options, for picocli. */
  ServiceOptions<C> options();

  /**
   * Starts a service.
   *
   * @throws StartFailure if it cannot start; nothing of it is left running then
   */
  Service start(C config, ServiceContext context) throws StartFailure;

  /** Returns its part of nginx's configuration, for services in the sidecars. */
  default NginxPart nginx() {
    return NginxPart.none(name());
  }

  /**
   * Returns the port that it listens on by default when it runs alone, or 0 if it never runs alone.
   */
  default int port() {
    return 0;
  }

  /** Returns the address that it listens on by default when it runs alone. */
  default String host() {
    return "127.0.0.1";
  }

  /**
   * Returns the directory of its data when it runs alone, which exists and can be written.
   *
   * @param dataDir the directory that it was given; this makes it if it is missing
   * @throws StartFailure if there is no such directory
   */
  default Path directory(C config, Path dataDir) throws StartFailure {
    return DataDirectory.made(dataDir);
  }

  /** Returns true if every sidecar runs this service. */
  default boolean isInSidecars() {
    return false;
  }

  /**
   * Returns true if its threads must not wait for whoever reads the log: then events that find no
   * room in a queue are dropped and counted. It is asked of a service that runs alone.
   */
  default boolean isLogQueued() {
    return false;
  }

  /**
   * Returns commands below its own, such as {@code check} of {@code holdfast watch check}. A
   * service that never runs alone has none.
   *
   * <p>Each is a new object for picocli: a {@code Callable<Integer>} with a {@code @Command} that
   * has a name. It runs in place of the service, and takes no options of it. It throws a {@code
   * ParameterException} for what the user can mend, which gives exit code 2.
   */
  default List<Object> commands() {
    return List.of();
  }

  /** Returns one sentence on its purpose, for {@code --help}. */
  String description();
}
