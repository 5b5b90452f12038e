package dev.holdfast.disk;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads the files that a service wrote before it kept its state in a {@link RecordLog}. */
@FunctionalInterface
public interface OlderLog {
  /**
   * Reads the records that stand for the state of such a file.
   *
   * @param file for messages
   * @param bytes all of it
   * @param record takes each of them, oldest first
   * @throws DamagedLogException if the file does not hold what was written into it; the records
   *     before that place have been taken then
   */
  void read(Path file, byte[] bytes, Consumer<byte[]> record) throws DamagedLogException;
}
