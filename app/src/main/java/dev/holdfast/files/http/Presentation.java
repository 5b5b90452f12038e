package dev.holdfast.files.http;

import dev.holdfast.http.Exchange;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The way in which a file is shown to who reads it.
 *
 * <p>Threading: may be used from any number of threads.
 */
public interface Presentation {
  /**
   * The request header by which nginx offers to send files: its value is the prefix of the internal
   * location. Without it the sidecar sends the file itself.
   */
  String ACCEL_HEADER = "X-Holdfast-Accel";

  /** The way of the file service. */
  Presentation FILE =
      new Presentation() {
        @Override
        public Optional<String> offered(Context ctx, long size) {
          return Presentation.offered(Exchange.of(ctx));
        }

        @Override
        public void send(Context ctx, String etag, long size, InputStream bytes)
            throws IOException {
          SendFile.send(ctx, new Description(etag, size, "no-cache", ""), bytes);
        }
      };

  /**
   * Returns the prefix of the internal location that nginx sends any file from, or empty if the
   * sidecar is to send it.
   */
  static Optional<String> offered(Exchange asked) {
    Optional<String> offered = asked.header(ACCEL_HEADER);
    // nginx would hold a date against the modification time, which is no date here.
    return offered.isPresent() && asked.header("If-Unmodified-Since").isPresent()
        ? Optional.empty()
        : offered;
  }

  /**
   * Returns the prefix of the internal location that nginx sends the file from, or empty if the
   * sidecar is to send it.
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
