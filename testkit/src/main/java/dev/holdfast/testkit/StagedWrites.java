package dev.holdfast.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The writes in a sidecar's directory, read from the names of their files, from outside. */
public final class StagedWrites {
  /** The length of the letter, the ten digits and the hyphen in front of the stored name. */
  private static final int PREFIX = 12;

  private StagedWrites() {}

  /** Returns the stored names of the pending writes. */
  public static List<String> pending(Path sidecar) throws IOException {
    return names(sidecar, "pdl");
  }

  /** Returns the stored names of the kept writes. */
  public static List<String> kept(Path sidecar) throws IOException {
    return names(sidecar, "kx");
  }

  private static List<String> names(Path sidecar, String letters) throws IOException {
    var names = new ArrayList<String>();
    Path writes = sidecar.resolve("writes");
    if (Files.isDirectory(writes)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(writes)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          if (name.length() > PREFIX && letters.indexOf(name.charAt(0)) >= 0) {
            names.add(name.substring(PREFIX));
          }
        }
      }
    }
    return names;
  }
}
