package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Replaces one file after the other, in a directory that stays. */
final class TwoRenames implements Publication {
  private static final Path DIR =
      PublishedWorld.EPOCHS.resolve("boot-1").resolve(".service-fibonacci");

  private final Disk disk;
  private State prepared;

  TwoRenames(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void prepare(State state) {
    prepared = state;
  }

  @Override
  public void show() throws IOException {
    disk.createDirectories(DIR.resolve("shown"));
    replace("current", prepared.current().current());
    replace("previous", prepared.previous().previous());
  }

  private void replace(String file, byte[] body) throws IOException {
    try (NewFile out = disk.create(DIR.resolve("new"))) {
      out.write(ByteBuffer.wrap(body));
    }
    disk.rename(DIR.resolve("new"), DIR.resolve("shown").resolve(file));
  }

  @Override
  public void removeReplaced() {}

  @Override
  public void withdraw() {}
}
