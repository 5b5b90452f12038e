package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The changes that a power cut takes and those that it leaves. */
class SimulatedDiskTest {
  private static final Path DIR = Path.of("/dir");
  private static final Random RANDOM = new Random(1);

  private final SimulatedDisk disk = new SimulatedDisk();

  @Test
  void restart_takesAnEntryThatWasNotForced() throws IOException {
    disk.createDirectories(DIR);
    write("a", true);
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.names(DIR)).isEmpty();
  }

  @Test
  void restart_takesBytesThatWereNotForced_butNotTheForcedEntry() throws IOException {
    disk.createDirectories(DIR);
    write("a", false);
    disk.forceDirectory(DIR);
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.names(DIR)).containsExactly("a");
    assertThat(disk.bytes(DIR.resolve("a"))).isEmpty();
  }

  @Test
  void restart_leavesWhatWasForced() throws IOException {
    disk.createDirectories(DIR);
    write("a", true);
    disk.forceDirectory(DIR);
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.bytes(DIR.resolve("a"))).isEqualTo("body".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void restart_bringsADeletedFileBack_ifTheDeletionWasNotForced() throws IOException {
    disk.createDirectories(DIR);
    write("a", true);
    disk.forceDirectory(DIR);
    disk.delete(DIR.resolve("a"));
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.names(DIR)).containsExactly("a");
  }

  @Test
  void restart_ofTheProcessAlone_leavesEverything() throws IOException {
    disk.createDirectories(DIR);
    write("a", false);
    disk.restart(Left.EVERYTHING, RANDOM);
    assertThat(disk.bytes(DIR.resolve("a"))).isEqualTo("body".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void restart_ofTheProcessAlone_forcesNothing() throws IOException {
    disk.createDirectories(DIR);
    write("a", false);
    disk.forceDirectory(DIR);
    write("b", true);
    disk.restart(Left.EVERYTHING, RANDOM);
    assertThat(disk.names(DIR)).containsExactly("a", "b");
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.names(DIR)).containsExactly("a");
    assertThat(disk.bytes(DIR.resolve("a"))).isEmpty();
  }

  @Test
  void restart_takesADirectoryThatWasNotForced_withAllThatIsInIt() throws IOException {
    killWhenItIsMade(DIR);
    write("a", true);
    disk.forceDirectory(DIR);
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.facts(DIR)).isEmpty();
  }

  @Test
  void restart_leavesADirectoryThatWasFoundExisting() throws IOException {
    killWhenItIsMade(DIR);
    disk.createDirectories(DIR);
    write("a", true);
    disk.forceDirectory(DIR);
    disk.restart(Left.NOTHING, RANDOM);
    assertThat(disk.names(DIR)).containsExactly("a");
  }

  /** Kills the process that makes a directory before it can force the entry. */
  private void killWhenItIsMade(Path dir) {
    disk.createDirectories(dir.getParent());
    disk.cutAt(1);
    assertThatThrownBy(() -> disk.createDirectories(dir)).isInstanceOf(PowerCut.class);
    disk.restart(Left.EVERYTHING, RANDOM);
  }

  @Test
  void cutAt_anEvenPointIsBeforeTheStep_anOddOneAfterIt() throws IOException {
    disk.createDirectories(DIR);
    write("a", true);
    disk.forceDirectory(DIR);
    disk.cutAt(0);
    assertThatThrownBy(() -> disk.delete(DIR.resolve("a"))).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> disk.open(DIR.resolve("a"))).isInstanceOf(PowerCut.class);
    disk.restart(Left.EVERYTHING, RANDOM);
    assertThat(disk.names(DIR)).containsExactly("a");
    disk.cutAt(1);
    assertThatThrownBy(() -> disk.delete(DIR.resolve("a"))).isInstanceOf(PowerCut.class);
    disk.restart(Left.EVERYTHING, RANDOM);
    assertThat(disk.names(DIR)).isEmpty();
  }

  private void write(String name, boolean force) throws IOException {
    try (NewFile file = disk.create(DIR.resolve(name))) {
      file.write(ByteBuffer.wrap("body".getBytes(StandardCharsets.UTF_8)));
      if (force) {
        file.force();
      }
    }
  }
}
