package dev.holdfast.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** The real disk: a local POSIX file system. */
public final class LocalDisk implements Disk {
  private final LongConsumer forces;
  private final LongSupplier reservedBytes;

  /** Makes a disk without measurements. */
  public LocalDisk() {
    this(_ -> {});
  }

  /** Makes a disk of which nobody else takes a part. */
  public LocalDisk(LongConsumer forces) {
    this(forces, () -> 0);
  }

  /**
   * @param forces takes the duration of each force of a file or a directory, in nanoseconds
   * @param reservedBytes the bytes that somebody else may still write there, 0 or more; they are
   *     not usable
   */
  public LocalDisk(LongConsumer forces, LongSupplier reservedBytes) {
    this.forces = forces;
    this.reservedBytes = reservedBytes;
  }

  @Override
  public void createDirectories(Path dir) throws IOException {
    Path parent = dir.toAbsolutePath().getParent();
    if (Files.isDirectory(dir)) {
      forceEntries(dir.toRealPath());
    } else if (parent == null) {
      Files.createDirectories(dir);
    } else {
      createDirectories(parent);
      Files.createDirectories(dir);
      forceDirectory(parent);
    }
  }

  /**
   * Forces the entry of an existing directory, and those of the directories above it. The process
   * that made them may have been killed before its force. It ends where no process of ours can have
   * made the directory: at a mount point, and below a directory that we may not write to.
   */
  private void forceEntries(Path dir) throws IOException {
    Path parent = dir.getParent();
    if (parent != null && isOnOneDevice(dir, parent) && Files.isWritable(parent)) {
      forceEntries(parent);
      forceDirectory(parent);
    }
  }

  private static boolean isOnOneDevice(Path one, Path other) throws IOException {
    return Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
  }

  @Override
  public void createLikeParent(Path dir) throws IOException {
    Path parent = dir.toAbsolutePath().getParent();
    if (!Files.isDirectory(dir)) {
      makeLikeParent(dir, parent);
    }
    forceDirectory(parent); // even if it was there already: see forceEntries
  }

  private static void makeLikeParent(Path dir, Path parent) throws IOException {
    Path made = Files.createTempDirectory(parent, ".new");
    try {
      Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(parent));
      Files.move(made, dir, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(made);
      boolean anotherWasFaster = Files.isDirectory(dir);
      if (!anotherWasFaster) {
        throw e;
      }
    }
  }

  @Override
  public void createDirectory(Path dir) throws IOException {
    Files.createDirectory(dir);
    Files.setPosixFilePermissions(dir, Files.getPosixFilePermissions(dir.getParent()));
  }

  @Override
  public void symbolicLink(Path name, Path target) throws IOException {
    Files.createSymbolicLink(name, target);
  }

  @Override
  public NewFile create(Path file) throws IOException {
    return new LocalFile(
        file,
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        forces);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return Files.newInputStream(file);
  }

  @Override
  public Optional<FileFacts> facts(Path file) throws IOException {
    // Missing files are common here. An exception for each would cost too much.
    var attributes =
        file.getFileSystem().provider().readAttributesIfExists(file, BasicFileAttributes.class);
    if (attributes == null || attributes.isDirectory()) {
      return Optional.empty();
    }
    long seconds = Math.floorDiv(attributes.lastModifiedTime().toMillis(), 1000L);
    return Optional.of(new FileFacts(attributes.size(), seconds));
  }

  @Override
  public boolean isDirectory(Path dir) throws IOException {
    var attributes =
        dir.getFileSystem().provider().readAttributesIfExists(dir, BasicFileAttributes.class);
    return attributes != null && attributes.isDirectory();
  }

  @Override
  public long changedMs(Path file) throws IOException {
    return ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void link(Path name, Path existing) throws IOException {
    Files.createLink(name, existing);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return Files.deleteIfExists(file);
  }

  @Override
  public void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      force(channel, forces);
    }
  }

  @Override
  public void forceDirectory(Path dir) throws IOException {
    force(dir);
  }

  private static void force(FileChannel channel, LongConsumer forces) throws IOException {
    force(channel, true, forces);
  }

  /**
   * @param facts true to force the time of the change, too; a length that has grown is in any case
   */
  private static void force(FileChannel channel, boolean facts, LongConsumer forces)
      throws IOException {
    long start = System.nanoTime();
    channel.force(facts);
    forces.accept(System.nanoTime() - start);
  }

  @Override
  public void list(Path dir, Consumer<String> fileName) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
      for (Path entry : entries) {
        fileName.accept(entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public Optional<Closeable> tryLock(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException here) {
      // Another part of this process has it. The answer is the same as for another process.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? Optional.of(channel) : Optional.empty();
  }

  @Override
  public long usableBytes(Path dir) {
    return Math.max(0, dir.toFile().getUsableSpace() - reservedBytes.getAsLong());
  }

  private static final class LocalFile implements NewFile {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();

    private final Path path;
    private final FileChannel channel;
    private final LongConsumer forces;

    LocalFile(Path path, FileChannel channel, LongConsumer forces) {
      this.path = path;
      this.channel = channel;
      this.forces = forces;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void setModified(long seconds) throws IOException {
      FileTime time = FileTime.fromMillis(seconds * 1000);
      // Both times are set: the JDK would first ask for the one that is to stay.
      Files.getFileAttributeView(path, BasicFileAttributeView.class).setTimes(time, time, null);
    }

    @Override
    public void reserve(int bytes) throws IOException {
      long at = channel.size();
      long end = at + bytes;
      while (at < end) {
        ByteBuffer zeros = ZEROS.duplicate();
        zeros.limit((int) Math.min(zeros.limit(), end - at));
        at += channel.write(zeros, at);
      }
    }

    @Override
    public void forceBytes() throws IOException {
      LocalDisk.force(channel, false, forces);
    }

    @Override
    public void force() throws IOException {
      if (channel.isOpen()) {
        LocalDisk.force(channel, forces);
        return;
      }
      try (FileChannel again = FileChannel.open(path, StandardOpenOption.WRITE)) {
        LocalDisk.force(again, forces);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
