package dev.holdfast.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The steps of which every change on disk is made. A crash may take back every step that was not
 * forced:
 *
 * <ul>
 *   <li>the bytes of a file, until {@link NewFile#force()};
 *   <li>a creation, rename, link or deletion, until {@link #forceDirectory(Path)} of its directory.
 * </ul>
 *
 * <p>Threading: may be used from any number of threads.
 */
public interface Disk {
  /**
   * Creates a directory and its missing parents, and forces all their entries. Entries that were
   * there already are forced, too: the process that made them may have been killed before its
   * force.
   */
  void createDirectories(Path dir) throws IOException;

  /**
   * Creates a directory, if it is missing, and forces its entry in any case. It has the rights of
   * the directory above it from the first moment on.
   */
  void createLikeParent(Path dir) throws IOException;

  /**
   * Creates a directory with the rights of the one above it, and forces nothing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  void createDirectory(Path dir) throws IOException;

  /**
   * Creates a symbolic link.
   *
   * @param target relative to the directory of {@code name}; it need not be there
   * @throws java.nio.file.FileAlreadyExistsException if {@code name} is taken
   */
  void symbolicLink(Path name, Path target) throws IOException;

  /**
   * Creates an empty file for writing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
   */
  NewFile create(Path file) throws IOException;

  /**
   * Opens a file for reading. The stream reads the same file to its end, whatever happens to the
   * name.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  InputStream open(Path file) throws IOException;

  /** Returns the size and the time of a file, or empty if there is none, or a directory. */
  Optional<FileFacts> facts(Path file) throws IOException;

  /**
   * Returns true if there is a directory of this name.
   *
   * @throws IOException if the disk does not tell; the caller must not take the directory for
   *     missing then
   */
  boolean isDirectory(Path dir) throws IOException;

  /**
   * Returns when a file was last written, renamed or linked (its ctime), in milliseconds since
   * 1970.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  long changedMs(Path file) throws IOException;

  /**
   * Gives a file another name in one step. Replaces a file that had that name. A symbolic link is
   * renamed itself, and replaced itself.
   *
   * @throws java.nio.file.NoSuchFileException if there is no file {@code from}
   */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name.
   *
   * @throws java.nio.file.FileAlreadyExistsException if {@code name} is taken
   */
  void link(Path name, Path existing) throws IOException;

  /**
   * Removes the name of a file, a symbolic link itself, or an empty directory. Returns false if
   * there was none.
   *
   * @throws java.nio.file.DirectoryNotEmptyException if something is in the directory
   */
  boolean delete(Path file) throws IOException;

  /**
   * Forces the bytes of a file that may have been written by a process that is gone.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  void force(Path file) throws IOException;

  /** Forces all changes of the entries of a directory so far. */
  void forceDirectory(Path dir) throws IOException;

  /**
   * Passes on the name of every entry of a directory, in no particular order.
   *
   * @throws java.nio.file.NotDirectoryException if it is a file
   */
  void list(Path dir, Consumer<String> fileName) throws IOException;

  /**
   * Locks a file against everybody else, in this process and others. Creates the file if it is
   * missing. Closing the lock, or the end of the process, gives it back.
   *
   * @return empty if somebody else has the lock
   */
  Optional<Closeable> tryLock(Path file) throws IOException;

  /** Returns the bytes that may still be written to the volume of a directory, 0 or more. */
  long usableBytes(Path dir) throws IOException;

  /**
   * The size and the time of a file.
   *
   * @param size its length in bytes
   * @param modifiedSeconds its modification time in seconds since 1970
   */
  record FileFacts(long size, long modifiedSeconds) {}
}
