package dev.holdfast.cli;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.fibonacci.FibonacciRoutes;
import dev.holdfast.fibonacci.Ownership;
import dev.holdfast.fibonacci.Sequence;
import dev.holdfast.files.Ring;
import dev.holdfast.metrics.Meters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Fibonacci sequence of a ring: which sidecar has it, and what it takes it up from. When the
 * ring changes another one may have it: that one looks what all the others have written.
 */
final class SequenceOwner {
  private static final Logger log = LoggerFactory.getLogger(SequenceOwner.class);
  private static final String DIRECTORY = "fibonacci";
  private static final byte[] RING_KEY =
      FibonacciRoutes.RING_KEY.getBytes(StandardCharsets.US_ASCII);

  private SequenceOwner() {}

  /**
   * Takes up the sequence if it is this sidecar's. Where that cannot be done the sidecar starts all
   * the same: its files have nothing to do with it.
   */
  static Ownership takeUp(SidecarConfig config, Ring ring, Meters meters) {
    if (!ring.owner(RING_KEY).equals(config.self())) {
      return new Ownership.Elsewhere();
    }
    Path own = config.stagingDir().resolve(config.directory()).resolve(DIRECTORY);
    try {
      return new Ownership.Here(
          Sequence.open(
              new LocalDisk(meters.diskForces()),
              own,
              others(config, own),
              config.fibonacci(),
              meters));
    } catch (IOException | RuntimeException e) {
      log.error("the sequence cannot be taken up; its requests are answered 503", e);
      return new Ownership.Unusable("the sequence cannot be taken up; the log says why");
    }
  }

  /** Closes the sequence if it is here. */
  static void close(Ownership ownership) {
    if (ownership instanceof Ownership.Here here) {
      here.sequence().close();
    }
  }

  private static List<Path> others(SidecarConfig config, Path own) throws IOException {
    var others = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(config.stagingDir(), "sidecar-*")) {
      for (Path directory : all) {
        Path other = directory.resolve(DIRECTORY);
        if (!other.equals(own) && isDirectory(directory) && isDirectory(other)) {
          others.add(other);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return others;
  }

  /**
   * Whether there is a directory of that name.
   *
   * @throws IOException if that cannot be told: what it may hold must not be passed over
   */
  private static boolean isDirectory(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException absent) {
      return false;
    }
  }
}
