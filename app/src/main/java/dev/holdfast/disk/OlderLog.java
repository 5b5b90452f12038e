package dev.holdfast.disk;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads the files that a service wrote before it kept its state in a {@link RecordLog}. */
@FunctionalInterface
public interface OlderLog {
  /**
   * Reads the records that stand for the state of such a file.
   *
   * @param file the file, for messages
   * @param bytes the whole content
   * @param record takes each record, oldest first
   * @throws DamagedLogException if the file is damaged; {@code record} has taken the records before
   *     that place
   */
  void read(Path file, byte[] bytes, Consumer<byte[]> record) throws DamagedLogException;
}
