package dev.holdfast;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where the build that runs a test has put what it made. Paths are absolute. */
public final class BuildDirectory {
  private BuildDirectory() {}

  /** Returns the directory of the build itself. */
  public static Path path() {
    return testClasses().getParent();
  }

  /** Returns the directory of the product's classes. */
  public static Path classes() {
    return path().resolve("classes");
  }

  /** Returns the directory of the tests' classes. */
  public static Path testClasses() {
    try {
      return Path.of(
          BuildDirectory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
