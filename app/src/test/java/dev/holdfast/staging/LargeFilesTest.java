package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.staging.StoreFixture.limits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Large files are published in a directory of their own. {@link StoreChecker} holds after each test
 * that each file is in the directory of its size, and in no other.
 */
class LargeFilesTest {
  private static final String SMALL = "s".repeat(64 << 10);
  private static final String LARGE = SMALL + "l";

  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void fetched_isPublishedBySize() throws Exception {
    f.open(limits(10, 10));
    f.fetch("small", SMALL);
    f.fetch("large", LARGE);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("small");
    assertThat(f.disk().names(StoreFixture.LAYOUT.large())).containsExactly("large");
    assertThat(f.read("large")).isEqualTo(LARGE);
    assertThat(f.store().published(stored("large"))).hasValue(StoreFixture.content(LARGE));
    assertThat(PublishedPath.of(stored("large"), StoreFixture.content(LARGE)))
        .isEqualTo(".large/large");
    assertThat(PublishedPath.of(stored("small"), StoreFixture.content(SMALL))).isEqualTo("small");
  }

  @Test
  void write_ofAnotherSize_movesTheName() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "fetched");
    for (String body : new String[] {LARGE, SMALL, LARGE + "2", LARGE + "3", "", LARGE}) {
      f.show(f.stagePut("a", body));
      assertThat(f.read("a")).isEqualTo(body);
      f.check();
    }
  }

  @Test
  void write_ofAnotherSize_thatIsSettledInBetween_movesTheName() throws Exception {
    f.open(limits(10, 10));
    for (String body : new String[] {LARGE, SMALL, LARGE}) {
      Pending.Put put = f.stagePut("a", body);
      f.show(put);
      f.settled(put);
      assertThat(f.read("a")).isEqualTo(body);
      f.check();
    }
  }

  @Test
  void delete_ofALargeFile_leavesNothing() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stagePut("a", LARGE));
    f.show(f.stageDelete("a"));
    assertThat(f.store().published(stored("a"))).isEmpty();
    assertThat(f.disk().names(StoreFixture.LAYOUT.large())).isEmpty();
  }

  @Test
  void keepBudget_sendsALargeFileToCold_andLiftBringsItBack() throws Exception {
    f.open(limits(1, 5));
    f.fetch("a", LARGE);
    f.fetch("b", "b");
    f.store().keepBudget();
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).containsExactly("a");
    f.locked(stored("a"), () -> assertThat(f.store().lift(stored("a"))).isTrue());
    f.store().keepBudget();
    assertThat(f.disk().names(StoreFixture.LAYOUT.large())).containsExactly("a");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).containsExactly("b");
    assertThat(f.read("a")).isEqualTo(LARGE);
  }

  @Test
  void expire_removesALargeFile() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", LARGE);
    f.passMs(1_000);
    assertThat(f.store().expireOlderThan(500)).isEqualTo(1);
    assertThat(f.disk().names(StoreFixture.LAYOUT.large())).isEmpty();
  }

  @Test
  void open_keepsALargeFile_andDropsThatOfAnotherEpoch() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", LARGE);
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.read("a")).isEqualTo(LARGE);
    f.reopen(Left.EVERYTHING, "another");
    assertThat(f.store().published(stored("a"))).isEmpty();
    assertThat(f.disk().paths())
        .noneMatch(path -> path.startsWith(StoreFixture.LAYOUT.published().toString() + "/"));
  }

  /** A change that broke off leaves both, and an entry if it was a write. */
  @Test
  void open_dropsANameWithoutAWriteThatIsInBothDirectories() throws Exception {
    f.open(limits(10, 10));
    write(StoreFixture.LAYOUT.published().resolve("a"), "small");
    write(StoreFixture.LAYOUT.large().resolve("a"), LARGE);
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.store().published(stored("a"))).isEmpty();
  }

  @Test
  void open_showsTheWriteOfANameThatIsInBothDirectories() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stagePut("a", LARGE));
    write(StoreFixture.LAYOUT.published().resolve("a"), "small");
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.read("a")).isEqualTo(LARGE);
  }

  private void write(Path file, String body) throws IOException {
    try (NewFile written = f.disk().create(file)) {
      written.write(ByteBuffer.wrap(StoreFixture.bytes(body)));
    }
  }
}
