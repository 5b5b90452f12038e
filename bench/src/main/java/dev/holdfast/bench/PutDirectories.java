package dev.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directories of one way to put, and its log.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class PutDirectories implements AutoCloseable {
  private final Path incoming;
  private final ThreadLocal<Path> ownIncoming = ThreadLocal.withInitial(this::newIncoming);
  private final Path entries;
  private final Path published;
  private final SharedForce entriesForce;
  private final BodyLog log;

  /**
   * @param logBytes the length of the log, a multiple of 1 MiB
   */
  PutDirectories(Path root, int logBytes) throws IOException {
    this.incoming = Files.createDirectories(root.resolve("incoming"));
    this.entries = Files.createDirectories(root.resolve("writes"));
    this.published = Files.createDirectories(root.resolve("published"));
    this.entriesForce = new SharedForce(() -> PutWay.force(entries));
    this.log = BodyLog.create(root.resolve("log"), logBytes);
  }

  Path incoming(String name) {
    return incoming.resolve(name);
  }

  /** Returns the directory of bodies on their way of this thread. */
  Path ownIncoming() {
    return ownIncoming.get();
  }

  Path entry(String name) {
    return entries.resolve(name);
  }

  Path published(String name) {
    return published.resolve(name);
  }

  void forceEntries() throws IOException {
    entriesForce.await();
  }

  BodyLog log() {
    return log;
  }

  /** Makes the kernel write everything on this file system, and waits for it. */
  void writeBack() throws IOException, InterruptedException {
    int code = new ProcessBuilder("sync", "-f", published.toString()).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("sync -f: exit code " + code);
    }
  }

  private Path newIncoming() {
    try {
      return Files.createTempDirectory(incoming, "own");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
