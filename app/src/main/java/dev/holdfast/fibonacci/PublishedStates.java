package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.service.ServiceContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequence as nginx sends it: a directory for each state, with the answers of {@code /current}
 * and {@code /previous}, and a symbolic link to the directory of the present state. Both answers
 * change with one rename of the link. nginx follows the link each time it opens a file.
 *
 * <p>No directory is ever used for a second state: a reader may have followed the link already and
 * not have opened the file yet. It finds nothing then, and nginx asks the owner.
 */
final class PublishedStates implements Publication {
  /** The link. The configuration of nginx names it, and the files below it. */
  static final String LINK = "shown";

  private static final String NEW_LINK = "new";
  private static final String CURRENT = "current";
  private static final String PREVIOUS = "previous";
  private static final String NUMBER = "[0-9]{1,18}";

  /** With more directories that could not be removed, no further one is made. */
  private static final int REPLACED_MAX = 16;

  private static final Logger log = LoggerFactory.getLogger(PublishedStates.class);

  private final Disk disk;
  private final Path dir;
  private final List<Path> replaced = new ArrayList<>();
  private long number;
  private boolean isBegun; // false: look at the directory first
  private Path prepared; // null: show nothing
  private Path shown; // null: nothing, or what an earlier process showed
  private boolean isFailing;

  private PublishedStates(Disk disk, Path dir) {
    this.disk = disk;
    this.dir = dir;
  }

  /**
   * Withdraws the sequence of all other epochs. What an earlier process showed under the present
   * one stays until {@link #show} or {@link #withdraw}.
   *
   * @throws IOException if an nginx under another epoch may still show its state
   */
  static PublishedStates takeOver(Disk disk, ServiceContext.Published place) throws IOException {
    for (Path other : place.others().list()) {
      disk.delete(other.resolve(LINK));
    }
    return new PublishedStates(disk, place.directory());
  }

  @Override
  public void prepare(State state) {
    prepared = null;
    try {
      if (!isBegun) {
        begin();
      }
      if (replaced.size() > REPLACED_MAX) {
        removeAllReplaced();
      }
      prepared = written(state);
    } catch (IOException | RuntimeException e) {
      isBegun = false;
      if (!isFailing) { // once, not for every batch that follows
        log.warn("the sequence cannot be published in {}; nginx asks for it", dir, e);
      }
      isFailing = true;
    }
  }

  /** Finds what others, or a failure, have left. */
  private void begin() throws IOException {
    disk.createLikeParent(dir);
    disk.delete(dir.resolve(NEW_LINK));
    var names = new ArrayList<String>();
    disk.list(dir, names::add);
    replaced.clear();
    shown = null; // it is among those that the list has
    for (String name : names) {
      if (name.matches(NUMBER)) {
        replaced.add(dir.resolve(name));
        number = Math.max(number, Long.parseLong(name));
      }
    }
    isBegun = true;
  }

  private Path written(State state) throws IOException {
    Path fresh = dir.resolve(Long.toString(++number));
    disk.createDirectory(fresh);
    write(fresh.resolve(CURRENT), state.current().current());
    write(fresh.resolve(PREVIOUS), state.previous().previous());
    disk.symbolicLink(dir.resolve(NEW_LINK), fresh.getFileName());
    return fresh;
  }

  private void write(Path file, byte[] body) throws IOException {
    try (NewFile out = disk.create(file)) {
      out.write(ByteBuffer.wrap(body));
    }
  }

  @Override
  public void show() throws IOException {
    if (prepared == null || !isRenamed()) {
      withdraw();
      return;
    }
    if (shown != null) {
      replaced.add(shown);
    }
    shown = prepared;
    prepared = null;
    if (isFailing) {
      log.info("the sequence is published again");
    }
    isFailing = false;
  }

  private boolean isRenamed() {
    try {
      disk.rename(dir.resolve(NEW_LINK), dir.resolve(LINK));
      return true;
    } catch (IOException | RuntimeException e) {
      isBegun = false;
      log.warn("the sequence cannot be published in {}", dir, e);
      isFailing = true;
      return false;
    }
  }

  @Override
  public void withdraw() throws IOException {
    disk.delete(dir.resolve(LINK));
    isBegun = false; // the next state begins with a look at what is left
    if (shown != null) {
      replaced.add(shown);
      shown = null;
    }
  }

  @Override
  public void removeReplaced() {
    try {
      removeAllReplaced();
    } catch (IOException | RuntimeException e) {
      log.debug("a replaced state stays in {} for now", dir, e); // see REPLACED_MAX
    }
  }

  private void removeAllReplaced() throws IOException {
    while (!replaced.isEmpty()) {
      Path old = replaced.getLast();
      disk.delete(old.resolve(CURRENT));
      disk.delete(old.resolve(PREVIOUS));
      disk.delete(old);
      replaced.removeLast();
    }
  }
}
