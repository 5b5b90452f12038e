package dev.holdfast.files;

import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Spool;
import java.io.IOException;
import java.io.InputStream;

/**
 * A body that comes in before it is decided where it goes. Closing one that was not put drops it.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Upload implements AutoCloseable {
  private final Spool spool;

  /** The digest that is computed of a body while it comes in. */
  public enum Digest {
    /** Its SHA-256. */
    SHA256,
    /** Nothing that is of use to others. */
    NONE;

    ContentDigest begin() {
      return this == SHA256 ? ContentDigest.withSha256() : new ContentDigest();
    }
  }

  Upload(Spool spool) {
    this.spool = spool;
  }

  /**
   * Appends bytes.
   *
   * @throws dev.holdfast.staging.NoRoomException if the body grows beyond what there is room for
   */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    spool.write(bytes, offset, length);
  }

  /** No more bytes come: keeps no room and no open file for them. */
  public void end() throws IOException {
    spool.end();
  }

  /** Bytes so far. */
  public long size() {
    return spool.size();
  }

  /**
   * The SHA-256 of the body, 64 lowercase hex digits, if it was to be found. The body ends with
   * this.
   */
  public String sha256() {
    return spool.sha256();
  }

  /** Opens the body from its beginning. */
  public InputStream open() throws IOException {
    return spool.open();
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }

  Spool spool() {
    return spool;
  }
}
