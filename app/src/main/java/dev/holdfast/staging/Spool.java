package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A body on its way into {@code incoming/}. It is digested while it is written. Closing a spool
 * that was not {@linkplain #finishForced finished}, or whose file nobody moved on, removes the file
 * and gives its room back.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Spool implements AutoCloseable {
  private final Disk disk;
  private final Path path;
  private final Reservation reservation;
  private final ContentDigest digest;
  private NewFile file; // null before the first byte, unless it has begun
  private Content content;
  private boolean closedFile;
  private boolean moved;

  Spool(Disk disk, Path path, Reservation reservation, ContentDigest digest) {
    this.disk = disk;
    this.digest = digest;
    this.path = path;
    this.reservation = reservation;
  }

  /**
   * Makes the file already; otherwise the first byte does: until then none is open.
   *
   * @throws NoRoomException if the disk has no room for it
   */
  Spool begun() throws IOException {
    try {
      file();
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Appends bytes.
   *
   * @throws NoRoomException if the body grows beyond what there is room for
   */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    reservation.coverUpTo(size() + length, length);
    NewFile to = file();
    try {
      to.write(ByteBuffer.wrap(bytes, offset, length));
    } catch (IOException e) {
      throw NoRoomException.orAsItIs(e);
    }
    digest.update(bytes, offset, length);
  }

  /** As {@link ContentDigest#sha256}, of the digest that the spool was made with. */
  public String sha256() {
    return digest.sha256();
  }

  /** Opens what was written so far; it stays readable when the file goes elsewhere. */
  public InputStream open() throws IOException {
    file();
    return disk.open(path);
  }

  /** Returns the content of what was written so far. */
  public Content soFar() {
    return digest.content();
  }

  /**
   * Ends the body and forces it, so that what is renamed later is whole after any crash. The force
   * is also the only one who hears that the disk did not take the bytes: the kernel drops what it
   * could not write, and returns something else from then on. A body that a client has sent gets
   * the room of a pending write first. No name's lock is held.
   *
   * @throws NoRoomException if it gets none in time
   */
  public Content finishForced() throws IOException {
    reservation.trimTo(size());
    reservation.becomePending();
    content = digest.content();
    NewFile whole = file();
    try {
      whole.setModified(content.digest());
      whole.force();
    } catch (IOException e) {
      throw NoRoomException.orAsItIs(e);
    }
    closeFile();
    return content;
  }

  /**
   * No more bytes come, and it may be a while until it is finished: keeps no file open for them.
   */
  public void end() throws IOException {
    closeFile();
    reservation.trimTo(size());
  }

  /** Bytes written so far. */
  public long size() {
    return digest.size();
  }

  @Override
  public void close() throws IOException {
    if (moved) {
      return;
    }
    moved = true;
    try {
      closeFile();
      if (file != null) {
        disk.delete(path);
      }
    } finally {
      reservation.release();
    }
  }

  Content content() {
    if (content == null) {
      throw new IllegalStateException("the body is not finished");
    }
    return content;
  }

  Path path() {
    return path;
  }

  /** The file has left {@code incoming/}; its room goes with it to whoever asked. */
  Reservation moved() {
    moved = true;
    reservation.trimTo(size());
    return reservation;
  }

  private NewFile file() throws IOException {
    if (file == null) {
      try {
        file = disk.create(path);
      } catch (IOException e) {
        throw NoRoomException.orAsItIs(e);
      }
    }
    return file;
  }

  private void closeFile() throws IOException {
    if (file != null && !closedFile) {
      closedFile = true;
      file.close();
    }
  }
}
