package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordingTest {
  private static final long MB = 1 << 20;

  private static final List<Recording.Frame> FRAMES =
      List.of(
          frame("sun.nio.fs.UnixCopyFile", "move"),
          frame("java.nio.file.Files", "move"),
          frame("dev.holdfast.disk.LocalDisk", "rename"),
          frame("dev.holdfast.staging.PublishedFiles", "publish"),
          frame("java.lang.VirtualThread", "run"));

  @TempDir private Path directory;

  private static Recording.Frame frame(String type, String method) {
    return new Recording.Frame(type, method);
  }

  @Test
  void aSampleIsOfTheInnermostMethodThatIsNotTheJdks() {
    assertThat(Recording.what(FRAMES)).isEqualTo("LocalDisk.rename > Files.move");
    assertThat(Recording.what(FRAMES.subList(2, 5))).isEqualTo("LocalDisk.rename");
    assertThat(Recording.group(FRAMES)).isEqualTo("dev.holdfast.disk");
    assertThat(Recording.group(List.of(frame("org.eclipse.jetty.http.HttpParser", "next"))))
        .isEqualTo("org.eclipse.jetty");
    assertThat(Recording.group(List.of(frame("io.javalin.Javalin", "start"))))
        .isEqualTo("io.javalin");
    assertThat(Recording.group(List.of(frame("Main", "main")))).isEqualTo("Main");
  }

  @Test
  void aSampleOfTheJdkAloneSaysSo() {
    assertThat(Recording.what(FRAMES.subList(0, 2))).isEqualTo("JDK: Files.move");
    assertThat(Recording.what(List.of(FRAMES.get(0), FRAMES.get(1), FRAMES.get(4), FRAMES.get(4))))
        .isEqualTo("JDK: VirtualThread.run");
    assertThat(Recording.group(FRAMES.subList(0, 2))).isEqualTo("JDK alone");
    assertThat(Recording.what(List.of())).isEqualTo("no stack");
  }

  @Test
  void whatIsAllocatedIsFound() throws Exception {
    Path settings = Files.write(directory.resolve("p.jfc"), Template.bytes("profile.jfc"));
    Path file = directory.resolve("p.jfr");
    var kept = new ArrayList<byte[]>();
    long start;
    double seconds;
    try (var recording = new jdk.jfr.Recording(Configuration.create(settings))) {
      recording.start();
      start = System.nanoTime();
      System.gc();
      for (int i = 0; i < 64; i++) {
        kept.add(new byte[(int) MB]);
      }
      System.gc();
      seconds = (System.nanoTime() - start) / 1e9;
      recording.dump(file);
    }

    Recording read = Recording.read(file);

    assertThat(kept).hasSize(64);
    // The two collections lie within these seconds, and the allocations between the two.
    assertThat(read.allocatedBytesPerSecond()).isGreaterThan(60 * MB / seconds);
    assertThat(read.allocationByClass(1)).contains("[B");
    assertThat(read.allocationByMethod(3)).contains("RecordingTest.whatIsAllocatedIsFound");
  }
}
