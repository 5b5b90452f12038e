package dev.holdfast.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The farm's log of requests, in a file: the farm's process writes it, and the benchmark reads it.
 *
 * <p>Threading: {@link Writer} may be used from any number of threads.
 */
final class WatchTruth {
  private static final int BUFFER_BYTES = WatchRequest.BYTES * 1024;

  private final Path file;

  WatchTruth(Path file) {
    this.file = file;
  }

  /** Returns the requests whose connections were accepted in [from, to), as far as they ended. */
  List<WatchRequest> between(long fromNanos, long toNanos) throws IOException {
    return where(
        request -> request.acceptedNanos() >= fromNanos && request.acceptedNanos() < toNanos);
  }

  /** Returns some requests, in the order in which they ended. */
  List<WatchRequest> where(Predicate<WatchRequest> wanted) throws IOException {
    var found = new ArrayList<WatchRequest>();
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      while (in.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.remaining() >= WatchRequest.BYTES) {
          WatchRequest request = WatchRequest.read(buffer);
          if (wanted.test(request)) {
            found.add(request);
          }
        }
        buffer.compact();
      }
    }
    return found;
  }

  /** Writes requests. What has been added is in the file after {@link #flush}. */
  static final class Writer implements AutoCloseable {
    private final FileChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES); // guarded by this

    Writer(Path file) throws IOException {
      out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    synchronized void add(WatchRequest request) throws IOException {
      request.write(buffer);
      if (buffer.remaining() < WatchRequest.BYTES) {
        flush();
      }
    }

    synchronized void flush() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
    }

    @Override
    public void close() throws IOException {
      flush();
      out.close();
    }
  }
}
