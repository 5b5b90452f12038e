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

/** The directories of all sidecars that ever were, on the staging volume. */
final class SidecarDirectories {
  private SidecarDirectories() {}

  /**
   * One a sidecar, in no particular order; others may have put something else under such a name.
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
   * Whether there is a directory, and in it one of the first of these names, and so on.
   *
   * @throws IOException if that cannot be told: what it may hold must not be passed over
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
