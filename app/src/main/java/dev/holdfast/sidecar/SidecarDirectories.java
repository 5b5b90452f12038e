package dev.holdfast.sidecar;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The directories of all sidecars on the staging volume, past sidecars included. */
final class SidecarDirectories {
  private SidecarDirectories() {}

  /**
   * Returns one directory for each sidecar, in no particular order. An entry with such a name may
   * also be somebody else's.
   */
  static List<Path> all(Path stagingDir) throws IOException {
    var directories = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(stagingDir, "sidecar-*")) {
      all.forEach(directories::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return directories;
  }

  /**
   * Returns true if the directory is there, has one of the first of these names in it, that one has
   * one of the second name, and so on.
   *
   * @throws IOException if the disk does not tell; the caller must not take the directory for
   *     missing then
   */
  static boolean isThere(Path directory, String... within) throws IOException {
    Path path = directory;
    for (String name : within) {
      if (!isDirectory(path)) {
        return false;
      }
      path = path.resolve(name);
    }
    return isDirectory(path);
  }

  private static boolean isDirectory(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException absent) {
      return false;
    }
  }
}
