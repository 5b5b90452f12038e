package dev.holdfast.origin;

import java.io.IOException;

/** Takes the bytes of a file as they come from the origin. */
@FunctionalInterface
public interface BodySink {
  /** Takes {@code length} bytes, which are only valid during the call. */
  void write(byte[] bytes, int offset, int length) throws IOException;
}
