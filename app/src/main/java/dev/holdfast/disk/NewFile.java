package dev.holdfast.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is being written. Threading: for one thread at a time. */
public interface NewFile extends AutoCloseable {
  /** Appends all that remains in the buffer. */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * Sets the modification time, which is forced with the bytes.
   *
   * @param seconds since 1970
   */
  void setModified(long seconds) throws IOException;

  /**
   * Forces the bytes and the facts of the file. Its name belongs to the directory and is not
   * forced. This works after the close, too, as long as the file has the name that it was created
   * with.
   */
  void force() throws IOException;

  /**
   * Writes zeros behind the end, which later writes replace. What is read at the end may be zeros
   * from now on.
   *
   * @param bytes how many, 0 or more
   */
  default void reserve(int bytes) throws IOException {}

  /** Forces bytes that have replaced others of a forced file. Its length is as it was. */
  default void forceBytes() throws IOException {
    force();
  }

  @Override
  void close() throws IOException;
}
