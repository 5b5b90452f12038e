package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The free bytes of the volume of a store.
 *
 * @param directory of the volume
 */
record FreeSpace(Disk disk, Path directory) implements LongSupplier {
  @Override
  public long getAsLong() {
    try {
      return disk.usableBytes(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell what is free on " + directory, e);
    }
  }

  /** Evicts files that the origin has as well, for those that it has not. */
  void make(long bytes, PublishedFiles published, KeptWrites kept) throws IOException {
    published.makeFree(bytes);
    while (getAsLong() < bytes && kept.makeRoom()) {
      published.makeFree(bytes);
    }
  }
}
