package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig.Mode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A write fails on our side in a way that nobody foresaw. */
class FailureInTheMiddleTest {
  private static final int SENT_BEFORE_FAILURE = 100_000;

  private final AtomicBoolean failing = new AtomicBoolean();
  @TempDir private Path directory;
  private ServiceFixture f;

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  private void start(Mode mode, ForwardingDisk disk) throws Exception {
    f = new ServiceFixture(directory, mode);
    f.stopService();
    f.disk = disk;
    f.startService();
  }

  /**
   * Nobody knows what the file server makes of the half of it: the next success is checked. After
   * an error the client of the file server does nothing any more; there is another one then.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendingThatFailsHere_makesTheNameDoubtful_andIsRepeated(boolean error) throws Exception {
    var disk = new FailingReads();
    disk.error = error;
    start(Mode.BEHIND, disk);
    failing.set(true);
    String body = "x".repeat(3 * SENT_BEFORE_FAILURE);
    f.put("a", body);
    assertThat(f.files.awaitSettled(30_000)).isEmpty();
    assertThat(failing).as("it was read to the end at first").isFalse();
    assertThat(f.atOrigin("a")).isEqualTo(body);
    assertThat(f.server.gets("a")).as("read back").isEqualTo(1);
  }

  /** A caller who waited for it would say that the write is kept. */
  @Test
  void writeThrough_thatFailsWithAnError_isOver() throws Exception {
    start(Mode.THROUGH, new FailingRenames());
    f.put("a", "old");
    failing.set(true);
    assertThatThrownBy(() -> f.put("a", "new"))
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(StackOverflowError.class);
    assertThat(f.read("a")).isEqualTo(f.atOrigin("a")).isEqualTo("old");
    assertThat(f.put("a", "new")).isInstanceOf(WriteOutcome.Done.class);
  }

  /** A disk on which one body cannot be read beyond a certain byte, once. */
  private final class FailingReads extends ForwardingDisk {
    private boolean error;

    FailingReads() {
      super(new LocalDisk());
    }

    @Override
    public InputStream open(Path file) throws IOException {
      InputStream bytes = super.open(file);
      return file.getParent().endsWith("writes") ? new Failing(bytes, error) : bytes;
    }
  }

  /** Threading: for one thread at a time. */
  private final class Failing extends FilterInputStream {
    private final boolean error;
    private int left = SENT_BEFORE_FAILURE;

    Failing(InputStream in, boolean error) {
      super(in);
      this.error = error;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = super.read(into, offset, length);
      left -= n;
      if (left <= 0 && failing.getAndSet(false)) {
        if (error) {
          throw new StackOverflowError();
        }
        throw new IllegalStateException("nobody foresaw this");
      }
      return n;
    }
  }

  /** A disk on which one rename of a new entry ends in an error of the JVM. */
  private final class FailingRenames extends ForwardingDisk {
    FailingRenames() {
      super(new LocalDisk());
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      if (from.getParent().endsWith("incoming") && failing.getAndSet(false)) {
        throw new StackOverflowError();
      }
      super.rename(from, to);
    }
  }
}
