package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real disk and the simulated one behave alike, as long as the power is on. */
class DiskTest {
  @TempDir private Path temporary;

  static Stream<Disk> disks() {
    return Stream.of(new LocalDisk(), new SimulatedDisk());
  }

  @ParameterizedTest
  @MethodSource("disks")
  void create_writesOnce_andRefusesASecondOfTheName(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    write(disk, dir.resolve("a"), "one");
    assertThat(read(disk, dir.resolve("a"))).isEqualTo("one");
    assertThatThrownBy(() -> disk.create(dir.resolve("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @ParameterizedTest
  @MethodSource("disks")
  void facts_sayLengthAndTheTimeThatWasSet(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    assertThat(disk.facts(dir.resolve("a"))).isEmpty();
    write(disk, dir.resolve("a"), "four");
    assertThat(disk.facts(dir.resolve("a"))).hasValue(new Disk.FileFacts(4, 1_234_567));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void force_afterClose_keepsTheFileAsItIs(Disk disk) throws IOException {
    Path file = newDirectory(disk).resolve("a");
    NewFile written = disk.create(file);
    written.write(ByteBuffer.wrap("four".getBytes(StandardCharsets.UTF_8)));
    written.close();
    written.setModified(1_234_567);
    written.force();
    assertThat(read(disk, file)).isEqualTo("four");
    assertThat(disk.facts(file)).hasValue(new Disk.FileFacts(4, 1_234_567));
    if (disk instanceof SimulatedDisk simulated) {
      simulated.forceDirectory(file.getParent());
      simulated.restart(SimulatedDisk.Left.NOTHING, new Random(1));
      assertThat(read(disk, file)).isEqualTo("four");
    }
  }

  @ParameterizedTest
  @MethodSource("disks")
  void createLikeParent_makesADirectoryOnce(Disk disk) throws IOException {
    Path dir = newDirectory(disk).resolve("below");
    disk.createLikeParent(dir);
    write(disk, dir.resolve("a"), "one");
    disk.createLikeParent(dir);
    assertThat(read(disk, dir.resolve("a"))).isEqualTo("one");
  }

  /** With any umask: sidecars of one group share the directory. */
  @Test
  void createLikeParent_givesTheGroupWhatItHasAbove() throws IOException {
    Path parent = Files.createDirectory(temporary.resolve("parent"));
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxr-x"));
    new LocalDisk().createLikeParent(parent.resolve("below"));
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("below"))))
        .isEqualTo("rwxrwxr-x");
    try (Stream<Path> all = Files.list(parent)) {
      assertThat(all).hasSize(1);
    }
  }

  /** A killed process may have made the directories without forcing their entries. */
  @Test
  void createDirectories_ofOnesThatAreThere_forcesTheEntryOfEach() throws IOException {
    var forces = new AtomicInteger();
    var disk = new LocalDisk(_ -> forces.incrementAndGet());
    Path two = Files.createDirectories(temporary.resolve("one").resolve("two"));
    disk.createDirectories(two);
    assertThat(forces).as("of one, two and those above").hasValueGreaterThanOrEqualTo(2);

    int before = forces.get();
    disk.createDirectories(two.resolve("three"));
    assertThat(forces).as("of three, too").hasValue(before + before + 1);
  }

  @Test
  void createDirectories_ofOneThatIsThere_stopsAtAMountPoint() throws IOException {
    var forces = new AtomicInteger();
    new LocalDisk(_ -> forces.incrementAndGet()).createDirectories(Path.of("/proc"));
    assertThat(forces).hasValue(0);
  }

  @Test
  void createDirectories_throughASymbolicLink_forcesWhereItIs() throws IOException {
    Path real = Files.createDirectories(temporary.resolve("real").resolve("below"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
    var disk = new LocalDisk();
    disk.createDirectories(link.resolve("new"));
    disk.createDirectories(link);
    assertThat(real.resolve("new")).isDirectory();
  }

  @Test
  void createLikeParent_ofOneThatIsThere_forcesItsEntry() throws IOException {
    var forces = new AtomicInteger();
    new LocalDisk(_ -> forces.incrementAndGet())
        .createLikeParent(Files.createDirectory(temporary.resolve("below")));
    assertThat(forces).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("disks")
  void rename_replacesWhatHadTheName(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    write(disk, dir.resolve("a"), "one");
    write(disk, dir.resolve("b"), "two");
    disk.rename(dir.resolve("a"), dir.resolve("b"));
    assertThat(names(disk, dir)).containsExactly("b");
    assertThat(read(disk, dir.resolve("b"))).isEqualTo("one");
    assertThatThrownBy(() -> disk.rename(dir.resolve("a"), dir.resolve("b")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @MethodSource("disks")
  void createDirectory_isForAFreeName(Disk disk) throws IOException {
    Path dir = newDirectory(disk).resolve("below");
    disk.createDirectory(dir);
    write(disk, dir.resolve("a"), "one");
    assertThat(disk.isDirectory(dir)).isTrue();
    assertThatThrownBy(() -> disk.createDirectory(dir))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.createDirectory(dir.resolve("b").resolve("c")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.delete(dir)).isInstanceOf(DirectoryNotEmptyException.class);
    disk.delete(dir.resolve("a"));
    assertThat(disk.delete(dir)).isTrue();
    assertThat(disk.isDirectory(dir)).isFalse();
  }

  /** With any umask: sidecars of one group remove each other's. */
  @Test
  void createDirectory_givesTheGroupWhatItHasAbove() throws IOException {
    Path parent = Files.createDirectory(temporary.resolve("parent"));
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxr-x"));
    new LocalDisk().createDirectory(parent.resolve("below"));
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("below"))))
        .isEqualTo("rwxrwxr-x");
  }

  @ParameterizedTest
  @MethodSource("disks")
  void symbolicLink_isFollowedByReaders_andRenamedAndDeletedItself(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    for (String below : List.of("1", "2")) {
      disk.createDirectory(dir.resolve(below));
      write(disk, dir.resolve(below).resolve("a"), below);
    }
    disk.symbolicLink(dir.resolve("link"), Path.of("1"));
    assertThat(read(disk, dir.resolve("link").resolve("a"))).isEqualTo("1");
    assertThatThrownBy(() -> disk.symbolicLink(dir.resolve("link"), Path.of("2")))
        .isInstanceOf(FileAlreadyExistsException.class);
    disk.symbolicLink(dir.resolve("new"), Path.of("2"));
    disk.rename(dir.resolve("new"), dir.resolve("link"));
    assertThat(read(disk, dir.resolve("link").resolve("a"))).isEqualTo("2");
    assertThat(names(disk, dir)).containsExactlyInAnyOrder("1", "2", "link");
    assertThat(disk.delete(dir.resolve("link"))).isTrue();
    assertThat(names(disk, dir)).containsExactlyInAnyOrder("1", "2");
    assertThat(read(disk, dir.resolve("2").resolve("a"))).isEqualTo("2");
  }

  @ParameterizedTest
  @MethodSource("disks")
  void link_isASecondName_andRenamingItOntoTheFirstLeavesBoth(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    write(disk, dir.resolve("a"), "one");
    disk.link(dir.resolve("b"), dir.resolve("a"));
    disk.rename(dir.resolve("b"), dir.resolve("a"));
    assertThat(names(disk, dir)).containsExactlyInAnyOrder("a", "b");
    assertThat(disk.delete(dir.resolve("a"))).isTrue();
    assertThat(read(disk, dir.resolve("b"))).isEqualTo("one");
    assertThatThrownBy(() -> disk.link(dir.resolve("b"), dir.resolve("b")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @ParameterizedTest
  @MethodSource("disks")
  void delete_saysWhetherThereWasOne(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    write(disk, dir.resolve("a"), "one");
    assertThat(disk.delete(dir.resolve("a"))).isTrue();
    assertThat(disk.delete(dir.resolve("a"))).isFalse();
    assertThatThrownBy(() -> disk.open(dir.resolve("a"))).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @MethodSource("disks")
  void open_readsOnAfterTheNameWasGivenToAnotherFile(Disk disk) throws IOException {
    Path dir = newDirectory(disk);
    write(disk, dir.resolve("a"), "one");
    write(disk, dir.resolve("b"), "two");
    try (var in = disk.open(dir.resolve("a"))) {
      disk.rename(dir.resolve("b"), dir.resolve("a"));
      assertThat(in.readAllBytes()).isEqualTo("one".getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("disks")
  void tryLock_keepsEverybodyElseOut_untilItIsClosed(Disk disk) throws IOException {
    Path file = newDirectory(disk).resolve("lock");
    try (var lock = disk.tryLock(file).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(disk.tryLock(file)).isEmpty();
    }
    disk.tryLock(file).orElseThrow().close();
  }

  private Path newDirectory(Disk disk) throws IOException {
    Path dir = temporary.resolve("one").resolve("two");
    disk.createDirectories(dir);
    return dir;
  }

  private static void write(Disk disk, Path file, String text) throws IOException {
    try (NewFile out = disk.create(file)) {
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      out.setModified(1_234_567);
      out.force();
    }
    disk.forceDirectory(file.getParent());
  }

  private static String read(Disk disk, Path file) throws IOException {
    try (var in = disk.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> names(Disk disk, Path dir) throws IOException {
    var names = new ArrayList<String>();
    disk.list(dir, names::add);
    return names;
  }
}
