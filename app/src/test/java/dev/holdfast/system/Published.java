package dev.holdfast.system;

import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.Epoch;
import java.nio.file.Path;
import java.util.List;

/** The present directory of published files. */
public final class Published {
  private Published() {}

  public static Path in(Path stagingDir, List<String> ring) {
    try {
      return Epoch.published(stagingDir, Epoch.of(ring));
    } catch (StartFailure e) {
      throw new AssertionError(e);
    }
  }
}
