package dev.holdfast.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Forwards to another new file. Tests change one thing about it. */
public class ForwardingFile implements NewFile {
  private final NewFile file;

  public ForwardingFile(NewFile file) {
    this.file = file;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    file.write(bytes);
  }

  @Override
  public void setModified(long seconds) throws IOException {
    file.setModified(seconds);
  }

  @Override
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
