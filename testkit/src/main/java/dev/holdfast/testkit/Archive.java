package dev.holdfast.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Archives among the test resources. */
public final class Archive {
  private Archive() {}

  /**
   * Unpacks a {@code .tar.gz}, with the times and hard links of its files.
   *
   * @param resource its absolute name on the class path
   * @param directory an existing directory for the files
   */
  public static void unpack(String resource, Path directory)
      throws IOException, InterruptedException {
    Path archive = Files.createTempFile(directory, "archive", ".tar.gz");
    try (InputStream in = Archive.class.getResourceAsStream(resource)) {
      Files.write(archive, in.readAllBytes());
      Program.Result tar =
          Program.run(directory, Map.of(), List.of("tar", "-xpzf", archive.toString()));
      if (tar.code() != 0) {
        throw new IOException("tar cannot unpack " + resource + ": " + tar.output());
      }
    } finally {
      Files.delete(archive);
    }
  }
}
