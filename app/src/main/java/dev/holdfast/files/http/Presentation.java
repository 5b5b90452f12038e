package dev.holdfast.files.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * How a file is shown to who reads it.
 *
 * <p>Threading: may be used from any number of threads.
 */
public interface Presentation {
  /** As the file service shows it. */
  Presentation FILE =
      new Presentation() {
        @Override
        public Optional<String> offered(Context ctx, long size) {
          // nginx would hold a date against the modification time, which is no date here.
          return ctx.header("If-Unmodified-Since") == null
              ? Optional.ofNullable(ctx.header(FileRoutes.ACCEL_HEADER))
              : Optional.empty();
        }

        @Override
        public void send(Context ctx, String etag, long size, InputStream bytes)
            throws IOException {
          SendFile.send(ctx, new Description(etag, size, "no-cache", ""), bytes);
        }
      };

  /**
   * The prefix of the internal location that nginx sends the file from; empty if the sidecar is to
   * send it.
   *
   * @param size of the file, in bytes
   */
  Optional<String> offered(Context ctx, long size);

  /**
   * Sends the file.
   *
   * @param etag of its content, in quotes
   * @param size in bytes
   */
  void send(Context ctx, String etag, long size, InputStream bytes) throws IOException;
}
