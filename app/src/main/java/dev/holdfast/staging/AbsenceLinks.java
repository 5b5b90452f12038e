package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has nginx answer 404 without the sidecar, for names that are known absent. In the place of a
 * published file of such a name is a symbolic link to a directory. nginx finds a directory there,
 * and nothing else makes its location of files answer 301. Each change of the name takes the link
 * away first, so that the next request finds what is there then.
 *
 * <p>A link is as durable as a published file: a process that is killed leaves it, and the next
 * start removes it.
 *
 * <p>Threading: may be used from any number of threads. What changes a name is called under that
 * name's lock.
 */
public final class AbsenceLinks {
  /** The most links of a sidecar. It goes on answering for other names itself. */
  static final int MAX = 16_384;

  /** A directory beside the published files. */
  private static final Path TARGET = Path.of(Layout.COLD);

  private final Disk disk;
  private final Path published;
  private final int max;
  private final Set<StoredName> names = ConcurrentHashMap.newKeySet();

  /**
   * @param published the directory of published files
   * @param max links at once, 1 or more
   */
  AbsenceLinks(Disk disk, Path published, int max) {
    this.disk = disk;
    this.published = published;
    this.max = max;
  }

  /**
   * Has nginx answer for a name that is known absent, unless there are too many of them. Nothing is
   * published under the name.
   *
   * @throws IOException if the link may not be there; {@link #remove} it then as well
   */
  public void add(StoredName name) throws IOException {
    if (isRoomFor(name) && names.add(name)) {
      disk.symbolicLink(path(name), TARGET);
    }
  }

  /** Returns true if {@link #add} would do something. */
  public boolean isRoomFor(StoredName name) {
    return names.size() < max && !names.contains(name);
  }

  /** Takes a link away, if there is one. */
  public void remove(StoredName name) throws IOException {
    if (names.contains(name)) {
      disk.delete(path(name));
      names.remove(name);
    }
  }

  /** Returns the names that have a link, in no particular order. */
  public List<StoredName> names() {
    return List.copyOf(names);
  }

  private Path path(StoredName name) {
    return published.resolve(name.toString());
  }
}
