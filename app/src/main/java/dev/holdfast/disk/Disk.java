package dev.holdfast.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The steps of which every change on disk is made. An implementation may lose on a crash whatever
 * was not forced: the bytes of a file until {@link NewFile#force()}, a creation, rename, link or
 * deletion until {@link #forceDirectory(Path)} of the directory it happened in.
 *
 * <p>Threading: may be used from any number of threads.
 */
public interface Disk {
  /**
   * Creates a directory and its parents where they are missing, and forces their entries, those
   * that were there already included: the process that made them may have been killed before.
   */
  void createDirectories(Path dir) throws IOException;

  /**
   * Creates a directory, if it is missing, and forces its entry in any case. Whoever may change the
   * directory that it is in may change it, too, at any moment that it is there.
   */
  void createLikeParent(Path dir) throws IOException;

  /**
   * Creates an empty file for writing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one of that name
   */
  NewFile create(Path file) throws IOException;

  /**
   * Opens a file for reading; what is read stays the same whatever happens to the name.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  InputStream open(Path file) throws IOException;

  /** What is known of a file without reading it; empty if there is none. */
  Optional<FileFacts> facts(Path file) throws IOException;

  /**
   * Returns true if there is a directory of this name.
   *
   * @throws IOException if that cannot be told: what it may hold must not be passed over
   */
  boolean isDirectory(Path dir) throws IOException;

  /**
   * When a file was last written, renamed or linked, in ms since 1970: its ctime.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  long changedMs(Path file) throws IOException;

  /**
   * Gives a file another name in one step; a file that had that name is replaced.
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
   * Removes the name of a file, or an empty directory; false if there was none.
   *
   * @throws java.nio.file.DirectoryNotEmptyException if something is in the directory
   */
  boolean delete(Path file) throws IOException;

  /** Forces what happened to the entries of a directory so far. */
  void forceDirectory(Path dir) throws IOException;

  /**
   * Calls for the name of everything in a directory, in no particular order.
   *
   * @throws java.nio.file.NotDirectoryException if it is a file
   */
  void list(Path dir, Consumer<String> fileName) throws IOException;

  /**
   * Locks a file against everybody else, in this process and others, creating it where it is
   * missing. Closing the lock, or the end of the process, gives it back.
   *
   * @return empty if somebody has it
   */
  Optional<Closeable> tryLock(Path file) throws IOException;

  /** Bytes that may still be written to the volume of a directory, 0 or more. */
  long usableBytes(Path dir) throws IOException;

  /**
   * What is known of a file.
   *
   * @param size its length in bytes
   * @param modifiedSeconds its modification time in seconds since 1970
   */
  record FileFacts(long size, long modifiedSeconds) {}
}
