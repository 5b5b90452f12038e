package dev.holdfast.service;

import dev.holdfast.names.Owners;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * What a process has for one of its services.
 *
 * @param meters takes the meters of the service
 * @param diskForces takes how long each force of a disk took, in nanoseconds
 * @param directory the service's own, which may be missing
 * @param others the directories of the same service that other processes write, or have written
 * @param owners which process has which key
 * @param isReady whether the process serves: it does not while it starts and stops
 */
public record ServiceContext(
    MeterRegistry meters,
    LongConsumer diskForces,
    Path directory,
    Directories others,
    Owners owners,
    BooleanSupplier isReady) {

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
