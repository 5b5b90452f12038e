package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The directories that services have among the published files, {@code
 * published/<epoch>/.service-NAME}. nginx sends files from there. No stored name begins with a dot.
 */
public final class ServiceDirectories {
  private static final String PREFIX = ".service-";

  private ServiceDirectories() {}

  /**
   * Returns the directory of a service. It may be missing.
   *
   * @param published the directory of the published files of an epoch
   */
  public static Path in(Path published, String service) {
    return published.resolve(PREFIX + service);
  }

  /**
   * Returns the existing directories of a service in other epochs, in no particular order.
   *
   * @param published the directory of the published files of the present epoch
   */
  public static List<Path> ofOtherEpochs(Disk disk, Path published, String service)
      throws IOException {
    var others = new ArrayList<Path>();
    for (Path epoch : entries(disk, published.getParent())) {
      Path directory = in(epoch, service);
      boolean isOther = !epoch.equals(published) && disk.isDirectory(epoch);
      if (isOther && disk.isDirectory(directory)) {
        others.add(directory);
      }
    }
    return others;
  }

  static boolean isOne(String entry) {
    return entry.startsWith(PREFIX);
  }

  /** Removes a directory of a service with everything in it. Follows no symbolic link. */
  static void remove(Disk disk, Path directory) throws IOException {
    try {
      disk.delete(directory);
    } catch (DirectoryNotEmptyException full) {
      for (Path entry : entries(disk, directory)) {
        remove(disk, entry);
      }
      disk.delete(directory);
    }
  }

  private static List<Path> entries(Disk disk, Path directory) throws IOException {
    var entries = new ArrayList<Path>();
    try {
      disk.list(directory, name -> entries.add(directory.resolve(name)));
    } catch (NoSuchFileException gone) {
      return List.of(); // another sidecar was faster
    }
    return entries;
  }
}
