package dev.holdfast.service;

import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Owners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The parts of a process that it lends to one of its services.
 *
 * @param meters makes the meters of the service, which {@code /metrics} shows
 * @param directory the service's own, which may be missing
 * @param others the directories of the same service that other processes write, or have written
 * @param owners which process has which key
 * @param isReady whether the process serves: it does not while it starts and stops
 */
public record ServiceContext(
    Meters meters, Path directory, Directories others, Owners owners, BooleanSupplier isReady) {

  /** Directories, as they are when they are asked for. */
  @FunctionalInterface
  public interface Directories {
    /**
     * Lists them, in no particular order.
     *
     * @throws IOException if one that is there cannot be looked at
     */
    List<Path> list() throws IOException;
  }
}
