package dev.holdfast.bench;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * A log of bodies, at its best: its blocks are there and written before, so that a force has to
 * bring no metadata to the disk, and all records that wait go there in one call. It begins anew
 * when it is full, as if nothing in it were needed any more.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class BodyLog implements AutoCloseable {
  private static final int WAITING_BYTES = 2 << 20;
  private static final int HEADER_BYTES = 16;

  private final FileChannel channel;
  private final int bytes;
  private final SharedForce force = new SharedForce(this::writeAndForce);
  private final ReentrantLock appending = new ReentrantLock();
  private ByteBuffer waiting = ByteBuffer.allocateDirect(WAITING_BYTES); // guarded by appending
  private ByteBuffer writing = ByteBuffer.allocateDirect(WAITING_BYTES); // of one force at a time
  private long position; // of one force at a time

  private BodyLog(FileChannel channel, int bytes) {
    this.channel = channel;
    this.bytes = bytes;
  }

  /**
   * Makes the file of a log.
   *
   * @param bytes its length, a multiple of 1 MiB
   */
  static BodyLog create(Path file, int bytes) throws IOException {
    FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE);
    var zeros = ByteBuffer.allocateDirect(1 << 20);
    for (int written = 0; written < bytes; written += channel.write(zeros.clear())) {}
    channel.force(true);
    return new BodyLog(channel, bytes);
  }

  /** Returns when a record of a name and a body is on the disk. */
  void append(String name, byte[] body) throws IOException {
    add(name, body);
    force();
  }

  /** Returns when all records that were added before are on the disk. */
  void force() throws IOException {
    force.await();
  }

  /** Adds a record, which is on the disk after the next {@link #force}. */
  void add(String name, byte[] body) throws IOException {
    byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    var checksum = new CRC32C();
    checksum.update(nameBytes);
    checksum.update(body);
    appending.lock();
    try {
      if (waiting.remaining() < HEADER_BYTES + nameBytes.length + body.length) {
        throw new IOException("more waits than there can be writers");
      }
      waiting
          .putInt(nameBytes.length)
          .putInt(body.length)
          .putLong(checksum.getValue())
          .put(nameBytes)
          .put(body);
    } finally {
      appending.unlock();
    }
  }

  private void writeAndForce() throws IOException {
    appending.lock();
    try {
      ByteBuffer full = waiting;
      waiting = writing.clear();
      writing = full.flip();
    } finally {
      appending.unlock();
    }
    if (!writing.hasRemaining()) {
      return; // the force before has taken them along
    }
    if (position + writing.remaining() > bytes) {
      position = 0;
    }
    while (writing.hasRemaining()) {
      position += channel.write(writing, position);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
