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

/** What becomes of the files that were published in another boot, ring or version. */
class OtherEpochsTest {
  private static final Layout BEFORE = StoreFixture.layout("before");
  private static final Layout NOW = StoreFixture.layout("now");

  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void open_underAnotherEpoch_publishesInADirectoryOfItsOwn() throws Exception {
    openBefore(10);
    f.fetch("a", "before");
    f.reopen(Left.SOME, "now");
    assertThat(f.store().published(stored("a"))).isEmpty();
    f.fetch("a", "now");
    assertThat(f.disk().bytes(NOW.published().resolve("a"))).asString().isEqualTo("now");
  }

  @Test
  void open_removesADirectoryThatNobodyUses_withItsColdFiles() throws Exception {
    openBefore(1);
    f.fetch("a", "goes cold");
    f.fetch("b", "stays");
    f.store().keepBudget();
    assertThat(f.disk().names(BEFORE.cold())).containsExactly("a");
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.store().recovered().dropped()).isEqualTo(2);
    assertThat(f.disk().paths()).noneMatch(path -> path.startsWith(BEFORE.published().toString()));
  }

  /** A service has a link there, which nobody follows, and directories. */
  @Test
  void open_removesTheDirectoryOfAService_withTheLastSidecar() throws Exception {
    openBefore(10);
    Path service = ServiceDirectories.in(BEFORE.published(), "sequence");
    f.disk().createDirectories(service.resolve("1"));
    f.disk().create(service.resolve("1").resolve("current")).close();
    f.disk().symbolicLink(service.resolve("shown"), Path.of("1"));
    Path others = BEFORE.published().resolve(".sidecar-2");
    f.disk().createDirectories(others);
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.disk().isThere(service.resolve("shown"))).as("sidecar 2 uses it").isTrue();
    assertThat(ServiceDirectories.ofOtherEpochs(f.disk(), NOW.published(), "sequence"))
        .containsExactly(service);
    f.disk().delete(others);
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.disk().paths()).noneMatch(path -> path.startsWith(BEFORE.published().toString()));
    assertThat(ServiceDirectories.ofOtherEpochs(f.disk(), NOW.published(), "sequence")).isEmpty();
  }

  /** Sidecars start at different times, and one may still run under another ring. */
  @Test
  void open_leavesADirectoryThatAnotherSidecarUses() throws Exception {
    openBefore(10);
    f.fetch("a", "own");
    Path others = BEFORE.published().resolve(".sidecar-2");
    f.disk().createDirectories(others);
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.disk().names(BEFORE.published())).isEmpty();
    assertThat(f.disk().paths()).contains(BEFORE.cold().toString(), others.toString());
  }

  @Test
  void open_leavesTheFilesOfOtherSidecars_toThem() throws Exception {
    openBefore(10);
    f.fetch("other", "of another sidecar");
    write(BEFORE.cold().resolve("other"));
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.disk().names(BEFORE.published())).containsExactly("other");
    assertThat(f.disk().names(BEFORE.cold())).containsExactly("other");
  }

  /** The ring changes and changes back, all in one boot. */
  @Test
  void open_underAnEarlierEpoch_believesNothingOfIt() throws Exception {
    openBefore(10);
    f.disk().createDirectories(BEFORE.published().resolve(".sidecar-2"));
    f.reopen(Left.EVERYTHING, "now");
    write(BEFORE.published().resolve("a")); // sidecar 2 still runs under the ring before
    f.reopen(Left.EVERYTHING, "before");
    assertThat(f.store().published(stored("a"))).isEmpty();
  }

  @Test
  void close_takesBackThatTheDirectoryIsUsed() throws Exception {
    openBefore(10);
    assertThat(f.disk().paths()).contains(BEFORE.use().toString());
    f.store().close();
    assertThat(f.disk().paths()).doesNotContain(BEFORE.use().toString());
  }

  /** Earlier versions had one directory for all epochs. */
  @Test
  void open_removesTheFilesOfAnEarlierVersion() throws Exception {
    Path cold = NOW.epochs().resolve(".cold");
    f.disk().createDirectories(cold);
    for (String name : new String[] {"a", "other"}) {
      write(NOW.epochs().resolve(name));
      write(cold.resolve(name));
    }
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.disk().names(NOW.epochs())).containsExactly("other");
    assertThat(f.disk().names(cold)).containsExactly("other");
    assertThat(f.store().published(stored("a"))).isEmpty();
  }

  /** What is about to become a directory: {@code LocalDisk} gives it its name at the end. */
  @Test
  void open_leavesADirectoryThatAnotherSidecarIsMaking() throws Exception {
    Path made = NOW.epochs().resolve(".new123");
    f.disk().createDirectories(made);
    f.reopen(Left.EVERYTHING, "now");
    assertThat(f.disk().paths()).contains(made.toString());
  }

  private void openBefore(int publishedFilesMax) throws IOException {
    f.open(limits(publishedFilesMax, 10), "before");
  }

  private void write(Path file) throws IOException {
    try (NewFile written = f.disk().create(file)) {
      written.write(ByteBuffer.wrap(StoreFixture.bytes("old")));
    }
  }
}
