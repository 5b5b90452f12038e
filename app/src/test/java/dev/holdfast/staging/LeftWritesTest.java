package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counts the writes that another sidecar has left, while that one still works on them. */
class LeftWritesTest {
  private static final Keeping KEEPING =
      Keeping.DEFAULT.withMs(1_000).withBytesMax(100).withCountMax(3);

  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  /** A listing need not have a file that is renamed while it is made (readdir, POSIX). */
  @Test
  void writeThatSettlesWhileItIsLookedFor_isCounted() throws Exception {
    f.open(StoreFixture.limits(10, 10).withKeeping(KEEPING));
    Pending.Put put = f.stagePut("a", "body");
    f.show(put);
    var changing = new ChangingWhileListed(f.disk(), () -> assertThat(f.settled(put)).isTrue());
    assertThat(LeftWrites.in(changing, StoreFixture.LAYOUT.own()).names())
        .containsExactly(stored("a"));
    assertThat(f.store().kept().of(stored("a"))).isPresent();
  }

  /** Its removal had begun. Whoever opens the store ends it. */
  @Test
  void entryWhoseNameIsGone_isLeft_butNobodys() throws Exception {
    f.open(StoreFixture.limits(10, 10));
    f.show(f.stagePut("~a~2F" + "n".repeat(250), "body"));
    String nameFile =
        f.disk().names(StoreFixture.LAYOUT.writes()).stream()
            .filter(EntryName::isNameFile)
            .findFirst()
            .orElseThrow();
    f.disk().delete(StoreFixture.LAYOUT.writes().resolve(nameFile));
    LeftWrites left = LeftWrites.in(f.disk(), StoreFixture.LAYOUT.own());
    assertThat(left.names()).isEmpty();
    assertThat(left.unnamed()).isEqualTo(1);
    assertThat(left.isEmpty()).isFalse();
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(LeftWrites.in(f.disk(), StoreFixture.LAYOUT.own()).isEmpty()).isTrue();
  }

  /**
   * A disk on which something happens during the first listing of the entries. The listing is past
   * the place of the new name by then, and not yet at that of the old one.
   */
  private static final class ChangingWhileListed extends ForwardingDisk {
    private final StoreFixture.Step change;
    private boolean done;

    ChangingWhileListed(Disk disk, StoreFixture.Step change) {
      super(disk);
      this.change = change;
    }

    @Override
    public void list(Path dir, Consumer<String> fileName) throws IOException {
      if (done || !dir.endsWith(Layout.WRITES)) {
        super.list(dir, fileName);
        return;
      }
      done = true;
      try {
        change.run();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
