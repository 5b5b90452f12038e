package dev.holdfast.files.http;

import dev.holdfast.files.Upload;
import dev.holdfast.http.RequestBody;
import java.io.IOException;

/** Receives bodies. */
public final class Uploads {
  private Uploads() {}

  /** Makes the place that a body goes to. */
  public interface Place {
    /**
     * Makes it.
     *
     * @throws dev.holdfast.staging.NoRoomException if there is no room for it
     */
    Upload make() throws IOException, InterruptedException;
  }

  /** A body that comes in. */
  public interface Source {
    /** Reads the body to its end. */
    void copyTo(RequestBody.Sink sink) throws IOException, InterruptedException;
  }

  /**
   * Receives a body. One that breaks off, or for which there is no room, leaves nothing behind.
   *
   * @return the body, which is the caller's to close
   */
  public static Upload receive(Place place, Source body) throws IOException, InterruptedException {
    Upload upload = place.make();
    try {
      body.copyTo(upload::write);
      return upload;
    } catch (IOException | InterruptedException | RuntimeException e) {
      upload.close();
      throw e;
    }
  }
}
