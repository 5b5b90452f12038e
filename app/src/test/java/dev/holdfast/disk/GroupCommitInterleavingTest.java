package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Interleavings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * However threads interleave, a thread that returns from a force finds its earlier writes forced.
 */
@Tag("interleaving")
public final class GroupCommitInterleavingTest {
  private static final Path DIR = Path.of("/dir");

  @Test
  void force_coversWhatWasWrittenBefore() {
    Interleavings.checkAll(Writers.class);
  }

  @Test
  void force_thatIsJoinedTooLate_isCaught() {
    assertThatThrownBy(() -> Interleavings.checkAll(LateWriters.class))
        .isInstanceOf(LincheckAssertionError.class);
  }

  /** Writers of one directory. */
  public static final class Writers {
    private final CountingDisk disk = new CountingDisk();
    private final GroupCommit commit = new GroupCommit(disk, DIR);

    /** Returns true if its write is forced. */
    @Operation
    public boolean writeAndForce() throws IOException {
      int mine = disk.write();
      commit.force();
      return disk.forced >= mine;
    }
  }

  /** Writers of one directory whose rounds stay open while their force runs. */
  public static final class LateWriters {
    private final CountingDisk disk = new CountingDisk();
    private final OpenRounds commit = new OpenRounds(disk);

    @Operation
    public boolean writeAndForce() throws IOException {
      int mine = disk.write();
      commit.force();
      return disk.forced >= mine;
    }
  }

  /** A disk that numbers writes. A force covers the writes before its begin. */
  private static final class CountingDisk extends ForwardingDisk {
    private int written; // guarded by this
    private volatile int forced;

    CountingDisk() {
      super(new SimulatedDisk());
    }

    synchronized int write() {
      return ++written;
    }

    private synchronized int written() {
      return written;
    }

    /** Forces the directory. Its callers call it one at a time. */
    @Override
    public void forceDirectory(Path dir) {
      int now = written();
      forced = Math.max(forced, now);
    }
  }

  /** A {@link GroupCommit} that wrongly closes a round after its force, not before it. */
  private static final class OpenRounds {
    private final CountingDisk disk;
    private final ReentrantLock forcing = new ReentrantLock();
    private volatile Round next = new Round();

    OpenRounds(CountingDisk disk) {
      this.disk = disk;
    }

    void force() {
      Round mine = next;
      forcing.lock();
      try {
        if (!mine.over) {
          disk.forceDirectory(DIR);
          next = new Round();
          mine.over = true;
        }
      } finally {
        forcing.unlock();
      }
    }

    private static final class Round {
      private boolean over;
    }
  }
}
