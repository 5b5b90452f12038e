package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.nio.file.Path;

/** A disk on which some changes below a directory fail. */
final class FailingChanges extends ForwardingDisk {
  private final Path below;
  private int from = Integer.MAX_VALUE;
  private long until;
  private int changes;

  FailingChanges(Disk disk, Path below) {
    super(disk);
    this.below = below;
  }

  void fail(int first, int count) {
    from = first;
    until = (long) first + count;
    changes = 0;
  }

  boolean hasFailed() {
    return changes > from;
  }

  private void change(Path path) throws IOException {
    if (path.startsWith(below)) {
      int change = changes++;
      if (change >= from && change < until) {
        throw new IOException("no room for " + path);
      }
    }
  }

  @Override
  public void createDirectory(Path dir) throws IOException {
    change(dir);
    super.createDirectory(dir);
  }

  @Override
  public void symbolicLink(Path name, Path target) throws IOException {
    change(name);
    super.symbolicLink(name, target);
  }

  @Override
  public NewFile create(Path file) throws IOException {
    change(file);
    return super.create(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change(to);
    super.rename(from, to);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    change(file);
    return super.delete(file);
  }
}
