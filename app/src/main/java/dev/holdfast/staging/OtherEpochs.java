package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The published files of other epochs: of an earlier boot, ring or version. nginx does not reach
 * them now, but would again under an earlier ring, and they take room.
 *
 * <p>Other sidecars may be at the same, and one that still runs under another ring may use such a
 * directory. So each sidecar removes its own names, and the directory goes with the last sidecar
 * that used it.
 */
final class OtherEpochs {
  private final Disk disk;
  private final Layout layout;

  OtherEpochs(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  /**
   * Removes the files of a sidecar's names, before it changes one of them.
   *
   * @param owns says if a stored name is this sidecar's
   * @return how many
   */
  int drop(Predicate<StoredName> owns) throws IOException {
    int dropped = 0;
    for (String entry : list(layout.epochs())) {
      Path epoch = layout.epochs().resolve(entry);
      boolean isBeingMade = Layout.isAside(entry) && !entry.equals(Layout.COLD);
      if (!isBeingMade && !epoch.equals(layout.published())) {
        dropped += dropWithin(epoch, owns);
      }
    }
    return dropped;
  }

  private int dropWithin(Path epoch, Predicate<StoredName> owns) throws IOException {
    try {
      int dropped = dropOwned(epoch, owns);
      for (String within : Layout.WITHIN) {
        Path dir = epoch.resolve(within);
        if (disk.isDirectory(dir)) {
          dropped += dropOwned(dir, owns);
        }
      }
      disk.delete(epoch.resolve(layout.use().getFileName()));
      List<String> left = list(epoch);
      if (left.stream().allMatch(OtherEpochs::isOfNobody)) {
        for (String service : left.stream().filter(ServiceDirectories::isOne).toList()) {
          ServiceDirectories.remove(disk, epoch.resolve(service));
        }
        for (String within : Layout.WITHIN) {
          disk.delete(epoch.resolve(within));
        }
        disk.delete(epoch);
      }
      return dropped;
    } catch (NotDirectoryException file) {
      return dropEarlier(epoch, owns);
    } catch (NoSuchFileException | DirectoryNotEmptyException another) {
      return 0; // Another sidecar removed the directory first, or has still to do so.
    }
  }

  /** Returns true for an entry that goes with the last sidecar. */
  private static boolean isOfNobody(String entry) {
    return Layout.WITHIN.contains(entry) || ServiceDirectories.isOne(entry);
  }

  private int dropOwned(Path dir, Predicate<StoredName> owns) throws IOException {
    int dropped = 0;
    for (String file : list(dir)) {
      if (isOwned(file, owns) && disk.delete(dir.resolve(file))) {
        dropped++;
      }
    }
    return dropped;
  }

  /** Earlier versions kept files, and {@code .cold}, where the epochs are now. */
  private int dropEarlier(Path file, Predicate<StoredName> owns) throws IOException {
    return isOwned(file.getFileName().toString(), owns) && disk.delete(file) ? 1 : 0;
  }

  private static boolean isOwned(String file, Predicate<StoredName> owns) {
    return StoredName.parse(file).filter(owns).isPresent();
  }

  private List<String> list(Path dir) throws IOException {
    var names = new ArrayList<String>();
    disk.list(dir, names::add);
    return names;
  }
}
