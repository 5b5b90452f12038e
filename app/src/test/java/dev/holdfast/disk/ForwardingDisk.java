package dev.holdfast.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Forwards to another disk. Tests change one thing about it. */
public class ForwardingDisk implements Disk {
  private final Disk disk;

  public ForwardingDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void createDirectories(Path dir) throws IOException {
    disk.createDirectories(dir);
  }

  @Override
  public void createLikeParent(Path dir) throws IOException {
    disk.createLikeParent(dir);
  }

  @Override
  public void createDirectory(Path dir) throws IOException {
    disk.createDirectory(dir);
  }

  @Override
  public void symbolicLink(Path name, Path target) throws IOException {
    disk.symbolicLink(name, target);
  }

  @Override
  public NewFile create(Path file) throws IOException {
    return disk.create(file);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return disk.open(file);
  }

  @Override
  public Optional<FileFacts> facts(Path file) throws IOException {
    return disk.facts(file);
  }

  @Override
  public boolean isDirectory(Path dir) throws IOException {
    return disk.isDirectory(dir);
  }

  @Override
  public long changedMs(Path file) throws IOException {
    return disk.changedMs(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void link(Path name, Path existing) throws IOException {
    disk.link(name, existing);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return disk.delete(file);
  }

  @Override
  public void force(Path file) throws IOException {
    disk.force(file);
  }

  @Override
  public void forceDirectory(Path dir) throws IOException {
    disk.forceDirectory(dir);
  }

  @Override
  public void list(Path dir, Consumer<String> fileName) throws IOException {
    disk.list(dir, fileName);
  }

  @Override
  public Optional<Closeable> tryLock(Path file) throws IOException {
    return disk.tryLock(file);
  }

  @Override
  public long usableBytes(Path dir) throws IOException {
    return disk.usableBytes(dir);
  }
}
