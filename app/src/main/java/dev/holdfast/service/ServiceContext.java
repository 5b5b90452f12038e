package dev.holdfast.service;

import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Owners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The parts that a process lends to one of its services.
 *
 * @param meters makes the meters of the service, which {@code /metrics} shows
 * @param directory the service's own directory, which may be missing
 * @param others the directories of the same service that other processes write to, or wrote to
 * @param published where the service may put files that nginx sends, or empty if there is no nginx
 * @param owners the owners of keys
 * @param isReady returns true if the process serves, which it does not while it starts and stops
 * @param listener where the process listens
 * @param dataDir the directory that the process was given for its data; the service's own may be
 *     elsewhere
 */
public record ServiceContext(
    Meters meters,
    Path directory,
    Directories others,
    Optional<Published> published,
    Owners owners,
    BooleanSupplier isReady,
    Listener listener,
    Path dataDir) {

  /**
   * The files of the service that nginx sends. nginx reaches those of one epoch: a boot of the
   * kernel, and a ring. Nothing there need be forced, since a power failure begins another epoch.
   *
   * @param directory the service's own directory of the present epoch. It may be missing. The one
   *     above it is there, and all sidecars of the ring may write to it
   * @param others the existing ones of other epochs. An nginx that still runs under another ring
   *     reaches them
   */
  public record Published(Path directory, Directories others) {}

  /**
   * The place where a process listens.
   *
   * @param host the address, which may stand for all addresses of the machine
   * @param port 0 to 65535; 0 takes a free one, which is not known yet
   */
  public record Listener(String host, int port) {}

  /** Directories, listed anew at each call. */
  @FunctionalInterface
  public interface Directories {
    /**
     * Lists them, in no particular order.
     *
     * @throws IOException if an existing one cannot be read
     */
    List<Path> list() throws IOException;
  }
}
