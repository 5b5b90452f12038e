package dev.holdfast.cli;

import java.nio.file.Path;
import java.util.List;

/** Where published files are now. */
final class Published {
  private Published() {}

  static Path in(Path stagingDir, List<String> ring) {
    try {
      return Epoch.published(stagingDir, Epoch.of(ring));
    } catch (BadOptionException e) {
      throw new AssertionError(e);
    }
  }
}
