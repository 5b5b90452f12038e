package dev.holdfast.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StagingFormatTest {
  private static final Path OWN = StoreFixture.LAYOUT.own();
  private static final Path FORMAT = OWN.resolve("format");
  private static final String PRESENT = StagingFormat.CURRENT + "\n";

  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void aNewDirectoryIsOfThePresentFormat_forced() throws Exception {
    f.open(StoreFixture.limits(10, 10));
    f.disk().restart(Left.NOTHING, new java.util.Random(1));

    assertThat(format()).isEqualTo(PRESENT);
  }

  /** A new format needs a directory that UpgradeTest starts the versions to come on. */
  @Test
  void everyFormatUpToThePresentOne_hasADirectoryForTheTestOfUpgrades() {
    for (int format = 1; format <= StagingFormat.CURRENT; format++) {
      String archive = "/upgrade/format-" + format + ".tar.gz";
      assertThat(getClass().getResource(archive))
          .as("%s, which app/src/test/upgrade/make-data-dir makes", archive)
          .isNotNull();
    }
  }

  @Test
  void aDirectoryWithoutTheFileIsOfTheFirstFormat() throws Exception {
    f.disk().createDirectories(OWN);

    assertThat(StagingFormat.requireKnown(f.disk(), OWN)).isEqualTo(1);
    f.open(StoreFixture.limits(10, 10));
    assertThat(StagingFormat.requireKnown(f.disk(), OWN)).isEqualTo(StagingFormat.CURRENT);
  }

  @Test
  void aNewerFormatIsRefused_andNothingChanged() throws Exception {
    write(StagingFormat.CURRENT + 1 + "\n");

    assertThatThrownBy(() -> f.open(StoreFixture.limits(10, 10)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(OWN.toString(), "format " + (StagingFormat.CURRENT + 1), "newer")
        .hasMessageNotContaining("\n");
    assertThat(f.disk().names(OWN)).isEqualTo(List.of("format"));
    assertThat(f.disk().steps()).as("changes on the disk").isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "two", "2 2", "99999999999999999999"})
  void aFormatThatIsNoneIsRefused(String text) throws Exception {
    write(text);

    assertThatThrownBy(() -> f.open(StoreFixture.limits(10, 10)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(FORMAT.toString(), "nothing was changed");
    assertThat(f.disk().steps()).as("changes on the disk").isZero();
  }

  /** The next start is never refused, and ends with the file in place. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void powerCutsWhileItIsClaimed(boolean allStays) throws Exception {
    boolean cut = true;
    for (int at = 0; cut; at++) {
      var one = new StoreFixture();
      one.disk().cutAt(at);
      try {
        one.open(StoreFixture.limits(10, 10));
        cut = false;
      } catch (PowerCut | IOException e) {
        assertThat(one.disk().isOff()).as("%s", e).isTrue();
        one.reopen(allStays ? Left.EVERYTHING : Left.SOME, "epoch");
      }
      assertThat(one.disk().bytes(FORMAT)).asString().isEqualTo(PRESENT);
      one.check();
    }
  }

  private void write(String format) throws IOException {
    SimulatedDisk disk = f.disk();
    disk.createDirectories(OWN);
    try (var file = disk.create(FORMAT)) {
      file.write(ByteBuffer.wrap(format.getBytes(StandardCharsets.US_ASCII)));
      file.force();
    }
    disk.forceDirectory(OWN);
    disk.cutAt(Long.MAX_VALUE);
  }

  private String format() {
    return new String(f.disk().bytes(FORMAT), StandardCharsets.US_ASCII);
  }
}
