package dev.holdfast.origin;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a file for the origin. */
public interface BodySource {
  /** How many bytes there are; they are announced and sent, no more and no fewer. */
  long length();

  /** The bytes from the first one on; whoever opens them closes them. */
  InputStream open() throws IOException;
}
