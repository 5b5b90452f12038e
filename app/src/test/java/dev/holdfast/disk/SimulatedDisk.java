package dev.holdfast.disk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that can lose its power, before or after any of its steps. It then loses
 * everything unforced: the bytes of files and the entries of directories, independently.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class SimulatedDisk implements Disk {
  /** Thrown by the step at which the power goes, and by every later one until {@link #restart}. */
  public static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PowerCut(String step) {
      super("power cut at " + step);
    }
  }

  /** The unforced changes that a power cut leaves. */
  public enum Left {
    /** Nothing. */
    NOTHING,
    /**
     * All of them, as when only the process is killed. They stay unforced: a later power cut may
     * still take them.
     */
    EVERYTHING,
    /** The changes of each directory up to some moment, and some bytes of each file. */
    SOME
  }

  private static final class Inode {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] forced = new byte[0];
    long modified;
    long forcedModified;
    Path target; // of a symbolic link, which is forced with its name; null: a file

    Inode copy() {
      var copy = new Inode();
      copy.target = target;
      copy.bytes.writeBytes(bytes.toByteArray());
      copy.forced = forced;
      copy.modified = modified;
      copy.forcedModified = forcedModified;
      return copy;
    }
  }

  private static final class Directory {
    final Map<String, Inode> entries = new TreeMap<>();

    /** The entries after each change since the last force, the forced ones first. */
    final List<Map<String, Inode>> states = new ArrayList<>(List.of(Map.of()));

    void changed() {
      states.add(Map.copyOf(entries));
    }

    Directory copy(Map<Inode, Inode> inodes) {
      var copy = new Directory();
      copy.entries.putAll(copy(entries, inodes));
      copy.states.clear();
      states.forEach(state -> copy.states.add(copy(state, inodes)));
      return copy;
    }

    private static Map<String, Inode> copy(Map<String, Inode> state, Map<Inode, Inode> inodes) {
      var copy = new TreeMap<String, Inode>();
      state.forEach((name, inode) -> copy.put(name, inodes.computeIfAbsent(inode, Inode::copy)));
      return copy;
    }
  }

  private final Map<Path, Directory> directories = new TreeMap<>();

  /** Directories whose entry is not forced, in the order in which they were made. */
  private final Set<Path> unforced = new LinkedHashSet<>();

  /**
   * Directories whose removal is not forced. They are empty, apart from entries that a power cut
   * brings back.
   */
  private final Map<Path, Directory> removed = new TreeMap<>();

  private final Set<Path> locks = new HashSet<>();
  private long steps;
  private long cutAt = Long.MAX_VALUE;
  private Runnable disturbance; // null: the power is cut
  private boolean off;
  private long usable = Long.MAX_VALUE / 2;
  private boolean filling;

  /** Returns a disk with the same content, with its power on, no cut planned and nothing locked. */
  public synchronized SimulatedDisk copy() {
    var copy = new SimulatedDisk();
    var inodes = new IdentityHashMap<Inode, Inode>();
    directories.forEach((path, directory) -> copy.directories.put(path, directory.copy(inodes)));
    copy.unforced.addAll(unforced);
    removed.forEach((path, directory) -> copy.removed.put(path, directory.copy(inodes)));
    copy.usable = usable;
    copy.filling = filling;
    return copy;
  }

  /** Cuts the power at the n-th step from now: 2k is before the k-th step, 2k+1 after it. */
  public synchronized void cutAt(long n) {
    steps = 0;
    cutAt = n;
    disturbance = null;
  }

  /** Makes something else happen at the n-th step from now, while the power stays on. */
  public synchronized void disturbAt(long n, Runnable event) {
    steps = 0;
    cutAt = n;
    disturbance = event;
  }

  /** Passes a step that is not one of the disk's, at which the power can be cut all the same. */
  public synchronized void pass(String what) {
    step(what, () -> {});
  }

  /** Returns how often the power could have been cut since {@link #cutAt}. */
  public synchronized long steps() {
    return steps;
  }

  /** Returns true if the power is cut. */
  public synchronized boolean isOff() {
    return off;
  }

  /** Sets the usable bytes. Writes do not change them. */
  public synchronized void usableBytes(long bytes) {
    usable = bytes;
    filling = false;
  }

  /** Sets the usable bytes. Later writes take theirs of it. */
  public synchronized void usableNowBytes(long bytes) {
    usable = bytes + usedBytes();
    filling = true;
  }

  /** Cuts the power now, if it is still on, and switches it on again. */
  public synchronized void restart(Left left, RandomGenerator random) {
    off = false;
    cutAt = Long.MAX_VALUE;
    locks.clear();
    if (left == Left.EVERYTHING) {
      return;
    }
    loseDirectories(left, random);
    if (left == Left.NOTHING || random.nextBoolean()) {
      removed.forEach(directories::putIfAbsent);
    }
    removed.clear();
    var inodes = new HashSet<Inode>();
    for (Directory directory : directories.values()) {
      Map<String, Inode> survived =
          directory.states.get(
              switch (left) {
                case NOTHING -> 0;
                case EVERYTHING -> throw new AssertionError("nothing is lost");
                case SOME -> random.nextInt(directory.states.size());
              });
      directory.entries.clear();
      directory.entries.putAll(survived);
      directory.states.clear();
      directory.states.add(Map.copyOf(survived));
      inodes.addAll(survived.values());
    }
    for (Inode inode : inodes) {
      loseBytes(inode, left, random);
    }
  }

  /** Returns the paths of all directories and files. */
  public synchronized List<String> paths() {
    var all = new TreeSet<String>();
    directories.forEach(
        (path, directory) -> {
          all.add(path.toString());
          directory.entries.keySet().forEach(name -> all.add(path.resolve(name).toString()));
        });
    return List.copyOf(all);
  }

  /** Returns the names of the files in a directory, in order. */
  public synchronized List<String> names(Path dir) {
    return List.copyOf(new TreeSet<>(directory(dir).entries.keySet()));
  }

  /** Returns true if there is a file, with or without power. */
  public synchronized boolean isThere(Path file) {
    Directory directory = directories.get(file.getParent());
    return directory != null && directory.entries.containsKey(name(file));
  }

  /** Returns true if there is a symbolic link, with or without power. */
  public synchronized boolean isLink(Path file) {
    return isThere(file) && directory(file.getParent()).entries.get(name(file)).target != null;
  }

  /** Returns the bytes of a file. */
  public synchronized byte[] bytes(Path file) {
    return directory(file.getParent()).entries.get(name(file)).bytes.toByteArray();
  }

  @Override
  public synchronized void createDirectories(Path dir) {
    requirePower("createDirectories");
    if (dir.getParent() != null) {
      createDirectories(dir.getParent());
    }
    if (!directories.containsKey(dir)) {
      step("make " + dir, () -> make(dir));
    }
    if (unforced.contains(dir)) {
      forceDirectory(dir.getParent());
    }
  }

  private void make(Path dir) {
    directories.put(dir, new Directory());
    removed.remove(dir);
    if (dir.getParent() != null) {
      unforced.add(dir);
    }
  }

  @Override
  public synchronized void createLikeParent(Path dir) {
    createDirectories(dir);
  }

  @Override
  public synchronized void createDirectory(Path dir) throws IOException {
    requireFree(dir);
    step("make " + dir, () -> make(dir));
  }

  @Override
  public synchronized void symbolicLink(Path name, Path target) throws IOException {
    requireFree(name);
    var inode = new Inode();
    inode.target = target;
    step(
        "link " + name + " to " + target,
        () -> change(name.getParent(), e -> e.put(name(name), inode)));
  }

  private void requireFree(Path name) throws IOException {
    requirePower("look up " + name);
    if (!directories.containsKey(name.getParent())) {
      throw new NoSuchFileException(name.toString());
    }
    if (directories.containsKey(name)
        || directory(name.getParent()).entries.containsKey(name(name))) {
      throw new FileAlreadyExistsException(name.toString());
    }
  }

  @Override
  public synchronized NewFile create(Path file) throws IOException {
    Map<String, Inode> entries = directory(file.getParent()).entries;
    if (entries.containsKey(name(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    var inode = new Inode();
    step("create " + file, () -> change(file.getParent(), e -> e.put(name(file), inode)));
    return new SimulatedFile(file, inode);
  }

  @Override
  public synchronized InputStream open(Path file) throws IOException {
    requirePower("open");
    return new ByteArrayInputStream(inode(followed(file)).bytes.toByteArray());
  }

  /** Follows a symbolic link to the directory of a file. */
  private Path followed(Path file) {
    Path dir = file.getParent();
    Directory above = dir == null ? null : directories.get(dir.getParent());
    Inode link = above == null ? null : above.entries.get(name(dir));
    return link == null || link.target == null
        ? file
        : dir.resolveSibling(link.target).resolve(file.getFileName());
  }

  @Override
  public synchronized Optional<FileFacts> facts(Path file) {
    requirePower("facts");
    Inode inode =
        directories.containsKey(file.getParent())
            ? directory(file.getParent()).entries.get(name(file))
            : null;
    return Optional.ofNullable(inode)
        .filter(i -> i.target == null) // all links lead to directories
        .map(i -> new FileFacts(i.bytes.size(), i.modified));
  }

  @Override
  public synchronized boolean isDirectory(Path dir) {
    requirePower("isDirectory");
    return directories.containsKey(dir);
  }

  /** Returns one time for everything: there is no clock here. */
  @Override
  public synchronized long changedMs(Path file) throws IOException {
    inode(file);
    return 0;
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Inode inode = inode(from);
    step(
        "rename " + from + " to " + to,
        () -> {
          if (directory(to.getParent()).entries.get(name(to)) == inode) {
            return; // two names of one file: both stay (rename(2))
          }
          change(to.getParent(), e -> e.put(name(to), inode));
          change(from.getParent(), e -> e.remove(name(from)));
        });
  }

  @Override
  public synchronized void link(Path name, Path existing) throws IOException {
    Inode inode = inode(existing);
    if (directory(name.getParent()).entries.containsKey(name(name))) {
      throw new FileAlreadyExistsException(name.toString());
    }
    step("link " + name, () -> change(name.getParent(), e -> e.put(name(name), inode)));
  }

  @Override
  public synchronized boolean delete(Path file) throws IOException {
    if (directories.containsKey(file)) {
      return deleteDirectory(file);
    }
    if (!directories.containsKey(file.getParent())) {
      requirePower("delete");
      return false;
    }
    if (!directory(file.getParent()).entries.containsKey(name(file))) {
      requirePower("delete");
      return false;
    }
    step("delete " + file, () -> change(file.getParent(), e -> e.remove(name(file))));
    return true;
  }

  private boolean deleteDirectory(Path dir) throws IOException {
    if (!directory(dir).entries.isEmpty() || !children(dir).isEmpty()) {
      throw new DirectoryNotEmptyException(dir.toString());
    }
    step("delete " + dir, () -> removed.put(dir, directories.remove(dir)));
    return true;
  }

  private List<String> children(Path dir) {
    int depth = dir.getNameCount() + 1;
    return directories.keySet().stream()
        .filter(path -> path.getNameCount() == depth && path.startsWith(dir))
        .map(SimulatedDisk::name)
        .toList();
  }

  @Override
  public synchronized void force(Path file) throws IOException {
    requirePower("force");
    Inode inode = inode(file);
    step("force " + file, () -> force(inode));
  }

  private static void force(Inode inode) {
    inode.forced = inode.bytes.toByteArray();
    inode.forcedModified = inode.modified;
  }

  @Override
  public synchronized void forceDirectory(Path dir) {
    step(
        "forceDirectory " + dir,
        () -> {
          Directory directory = directory(dir);
          directory.states.clear();
          directory.changed();
          unforced.removeIf(below -> dir.equals(below.getParent()));
          removed.keySet().removeIf(path -> dir.equals(path.getParent()));
        });
  }

  @Override
  public synchronized void list(Path dir, Consumer<String> fileName) throws IOException {
    requirePower("list");
    if (!directories.containsKey(dir)) {
      inode(dir); // or there is nothing at all
      throw new NotDirectoryException(dir.toString());
    }
    names(dir).forEach(fileName);
    children(dir).forEach(fileName);
  }

  @Override
  public synchronized Optional<Closeable> tryLock(Path file) {
    return locks.add(file) ? Optional.of(() -> unlock(file)) : Optional.empty();
  }

  @Override
  public synchronized long usableBytes(Path dir) {
    return filling ? usable - usedBytes() : usable;
  }

  private long usedBytes() {
    return directories.values().stream()
        .flatMap(directory -> directory.entries.values().stream())
        .distinct() // a file may have two names
        .mapToLong(inode -> inode.bytes.size())
        .sum();
  }

  private synchronized void unlock(Path file) {
    locks.remove(file);
  }

  private void step(String what, Runnable change) {
    requirePower(what);
    passPoint(what);
    change.run();
    passPoint(what);
  }

  private void passPoint(String what) {
    if (steps++ == cutAt) {
      if (disturbance != null) {
        disturbance.run();
        return;
      }
      off = true;
      throw new PowerCut(what);
    }
  }

  private void requirePower(String what) {
    if (off) {
      throw new PowerCut(what);
    }
  }

  private void change(Path dir, Consumer<Map<String, Inode>> change) {
    Directory directory = directory(dir);
    change.accept(directory.entries);
    directory.changed();
  }

  private Directory directory(Path dir) {
    Directory directory = directories.get(dir);
    if (directory == null) {
      throw new IllegalStateException("no directory " + dir);
    }
    return directory;
  }

  private Inode inode(Path file) throws IOException {
    requirePower("look up " + file);
    Directory parent = directories.get(file.getParent());
    Inode inode = parent == null ? null : parent.entries.get(name(file));
    if (inode == null) {
      throw new NoSuchFileException(file.toString());
    }
    return inode;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** Loses directories, each with everything in it. */
  private void loseDirectories(Left left, RandomGenerator random) {
    for (Path dir : unforced) {
      boolean lost = left == Left.NOTHING || random.nextBoolean();
      if (lost) {
        directories.keySet().removeIf(below -> below.startsWith(dir));
      }
    }
    unforced.clear();
  }

  private static void loseBytes(Inode inode, Left left, RandomGenerator random) {
    byte[] written = inode.bytes.toByteArray();
    byte[] kept =
        switch (left) {
          case NOTHING -> inode.forced;
          case EVERYTHING -> throw new AssertionError("nothing is lost");
          case SOME ->
              written.length <= inode.forced.length
                  ? inode.forced
                  : java.util.Arrays.copyOf(
                      written, random.nextInt(inode.forced.length, written.length + 1));
        };
    inode.bytes.reset();
    inode.bytes.writeBytes(kept);
    inode.forced = kept;
    inode.modified = inode.forcedModified;
  }

  private final class SimulatedFile implements NewFile {
    private final Path path;
    private final Inode inode;

    SimulatedFile(Path path, Inode inode) {
      this.path = path;
      this.inode = inode;
    }

    @Override
    public void write(ByteBuffer bytes) {
      var copy = new byte[bytes.remaining()];
      bytes.get(copy);
      synchronized (SimulatedDisk.this) {
        step("write " + path, () -> inode.bytes.writeBytes(copy));
      }
    }

    @Override
    public void setModified(long seconds) {
      synchronized (SimulatedDisk.this) {
        step("setModified " + path, () -> inode.modified = seconds);
      }
    }

    @Override
    public void force() {
      synchronized (SimulatedDisk.this) {
        step("force " + path, () -> SimulatedDisk.force(inode));
      }
    }

    @Override
    public void close() {
      // Closing changes nothing on disk, and also works after a power cut.
    }
  }
}
