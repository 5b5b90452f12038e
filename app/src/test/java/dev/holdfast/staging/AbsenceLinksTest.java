package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.staging.StoreFixture.LAYOUT;
import static dev.holdfast.staging.StoreFixture.limits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link stands in the place of a published file, and gives way to all that comes there. */
class AbsenceLinksTest {
  private static final String LARGE = "l".repeat((64 << 10) + 1);
  private static final Path PLACE = LAYOUT.published().resolve("a");

  private final StoreFixture f = new StoreFixture();

  @BeforeEach
  void open() throws Exception {
    f.open(limits(10, 10));
    link();
  }

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  private void link() throws Exception {
    f.locked(stored("a"), () -> f.store().absences().add(stored("a")));
    assertThat(f.disk().isLink(PLACE)).isTrue();
    assertThat(f.store().published(stored("a"))).isEmpty();
  }

  private void assertGone() {
    assertThat(f.disk().isLink(PLACE)).isFalse();
    assertThat(f.store().absences().names()).isEmpty();
  }

  @Test
  void put_takesItsPlace() throws Exception {
    f.show(f.stagePut("a", "small"));
    assertThat(f.read("a")).isEqualTo("small");
    assertGone();
  }

  @Test
  void put_ofALargeFile_takesItAway() throws Exception {
    f.show(f.stagePut("a", LARGE));
    assertThat(f.read("a")).isEqualTo(LARGE);
    assertGone();
  }

  @Test
  void stagedPut_leavesIt() throws Exception {
    Pending.Put _ = f.stagePut("a", "small");
    assertThat(f.disk().isLink(PLACE)).isTrue();
  }

  @Test
  void fetch_takesItsPlace() throws Exception {
    f.fetch("a", "small");
    assertThat(f.read("a")).isEqualTo("small");
    assertGone();
    f.show(f.stageDelete("a"));
    link();
    f.fetch("b", "b");
    f.show(f.stagePut("a", LARGE));
    assertGone();
  }

  @Test
  void delete_takesItAway_andAnotherCanCome() throws Exception {
    f.show(f.stageDelete("a"));
    assertGone();
    link();
  }

  @Test
  void remove_takesItAlone() throws Exception {
    f.fetch("b", "b");
    f.locked(
        stored("a"),
        () -> {
          f.store().absences().remove(stored("a"));
          f.store().absences().remove(stored("b"));
        });
    assertGone();
    assertThat(f.read("b")).isEqualTo("b");
  }

  @Test
  void open_removesIt_underEachEpoch() throws Exception {
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.disk().isThere(PLACE)).isFalse();
    link();
    f.reopen(Left.EVERYTHING, "another");
    assertThat(f.disk().paths())
        .noneMatch(path -> path.startsWith(LAYOUT.published().toString() + "/"));
  }

  @Test
  void open_showsAPut_whereALinkIs() throws Exception {
    for (String body : new String[] {"small", LARGE}) {
      Pending.Put _ = f.stagePut("a", body);
      f.reopen(Left.EVERYTHING, "epoch");
      assertThat(f.read("a")).isEqualTo(body);
      assertGone();
      f.show(f.stageDelete("a"));
      link();
    }
  }

  @Test
  void tooMany_areNotAdded() throws Exception {
    var links = new AbsenceLinks(f.disk(), LAYOUT.published(), 2);
    for (String name : new String[] {"b", "c", "d"}) {
      links.add(stored(name));
    }
    assertThat(f.disk().names(LAYOUT.published())).containsExactly("a", "b", "c");
    links.remove(stored("c"));
    links.add(stored("d"));
    assertThat(f.disk().names(LAYOUT.published())).containsExactly("a", "b", "d");
  }
}
