package dev.holdfast.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the directory of a service's data. */
public final class DataDirectory {
  private DataDirectory() {}

  /**
   * Makes a directory if it is missing, and returns it.
   *
   * @throws StartFailure if it cannot be made or written
   */
  public static Path made(Path directory) throws StartFailure {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable("cannot create " + e.getMessage(), e);
    }
    if (!Files.isWritable(directory)) {
      throw new StartFailure.DirectoryUnusable(directory + " is not writable", null);
    }
    return directory;
  }
}
