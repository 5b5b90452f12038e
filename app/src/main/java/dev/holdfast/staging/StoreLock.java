package dev.holdfast.staging;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second process out of a staging store. The kernel lets go of it when a process dies. */
final class StoreLock implements AutoCloseable {
  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  static StoreLock take(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new StoreLock(channel);
      }
    } catch (OverlappingFileLockException here) {
      // The same answer as for another process: somebody has it.
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new StoreLockedException(
        "the staging store " + file.getParent() + " is in use by another sidecar");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
