package dev.holdfast.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.DamagedLogException;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.RecordLog;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Owners;
import dev.holdfast.names.Ring;
import dev.holdfast.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Owners under several rings, which may overlap: one of them has the sequence. */
class SequenceOwnerTest {
  @RegisterExtension
  static final QuietLogs QUIET =
      QuietLogs.of(RecordLog.class, Sequence.class, PublishedStates.class);

  @TempDir Path volume;

  @BeforeEach
  void makeEpochs() throws IOException {
    for (String epoch : List.of("ring-1", "ring-2")) {
      Files.createDirectories(volume.resolve("published").resolve(epoch));
    }
  }

  @Test
  void ownerOfAnotherRing_waitsForTheEndOfTheOneBefore() throws Exception {
    try (SequenceOwner.Locked before = open("ring-1", 1)) {
      Calls.advance(before.sequence(), 3);
      assertThat(shown("ring-1")).hasContent("{\"current\": 2}");
      assertThatThrownBy(() -> open("ring-2", 2))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the owner of another ring runs");
      Calls.advance(before.sequence(), 1);
      assertThat(shown("ring-1")).hasContent("{\"current\": 3}");
      assertThat(shown("ring-2")).doesNotExist();
    }
    try (SequenceOwner.Locked next = open("ring-2", 2)) {
      assertThat(shown("ring-1")).doesNotExist();
      assertThat(shown("ring-2")).hasContent("{\"current\": 3}");
      Calls.advance(next.sequence(), 1);
      assertThat(shown("ring-2")).hasContent("{\"current\": 5}");
      assertThatThrownBy(() -> open("ring-1", 1)).isInstanceOf(IOException.class);
    }
    try (SequenceOwner.Locked back = open("ring-1", 1)) {
      assertThat(back.sequence().state().orElseThrow().position()).isEqualTo(5);
    }
  }

  /** A killed owner leaves what it showed, which is right until somebody hands out a number. */
  @Test
  void killedOwner_isWithdrawnByTheNext_beforeThatShowsAnything() throws Exception {
    Path before = place("ring-1");
    Files.createDirectories(before.resolve("7"));
    Files.writeString(before.resolve("7/current"), "{\"current\": 5}");
    Files.createSymbolicLink(before.resolve("shown"), Path.of("7"));
    try (SequenceOwner.Locked _ = open("ring-2", 2)) {
      assertThat(shown("ring-1")).doesNotExist();
      assertThat(shown("ring-2")).hasContent("{\"current\": 0}");
    }
    assertThat(shown("ring-2")).doesNotExist();
  }

  @Test
  void damage_withdrawsWhatTheProcessBeforeShowed() throws Exception {
    try (SequenceOwner.Locked before = open("ring-1", 1)) {
      Calls.advance(before.sequence(), 3);
      Path copy = volume.resolve("copy");
      Files.createDirectory(copy);
      Files.copy(shown("ring-1"), copy.resolve("current"));
    }
    Files.createSymbolicLink(place("ring-1").resolve("shown"), volume.resolve("copy"));
    assertThat(shown("ring-1")).as("as after a kill").hasContent("{\"current\": 2}");
    Path file;
    try (Stream<Path> files = Files.list(own(1))) {
      file = files.filter(f -> f.toString().contains("position-")).findFirst().orElseThrow();
    }
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 2] ^= 8;
    Files.write(file, damaged);
    assertThatThrownBy(() -> open("ring-1", 1)).isInstanceOf(DamagedLogException.class);
    assertThat(shown("ring-1")).doesNotExist();
    var config = new FibonacciConfig(100, true);
    try (SequenceOwner.Locked again = open("ring-1", 1, config)) {
      assertThat(again.sequence().state().orElseThrow().position()).isEqualTo(2);
      assertThat(shown("ring-1")).hasContent("{\"current\": 1}");
    }
  }

  /** Versions without a lock left a directory without its file. */
  @Test
  void directoryWithoutALock_isTakenOver() throws Exception {
    Files.createDirectories(own(2));
    Files.write(own(2).resolve("position-1"), OlderPositions.line(6));
    try (SequenceOwner.Locked owner = open("ring-1", 1)) {
      assertThat(owner.sequence().state().orElseThrow().position()).isEqualTo(6);
    }
  }

  private SequenceOwner.Locked open(String epoch, int sidecar) throws IOException {
    return open(epoch, sidecar, FibonacciConfig.DEFAULT);
  }

  private SequenceOwner.Locked open(String epoch, int sidecar, FibonacciConfig config)
      throws IOException {
    var meters = new Meters(new SimpleMeterRegistry());
    var context =
        new ServiceContext(
            meters,
            own(sidecar),
            () -> Stream.of(own(3 - sidecar)).filter(Files::isDirectory).toList(),
            Optional.of(
                new ServiceContext.Published(
                    place(epoch),
                    () ->
                        Stream.of("ring-1", "ring-2")
                            .filter(other -> !other.equals(epoch))
                            .map(this::place)
                            .filter(Files::isDirectory)
                            .toList())),
            new Owners(Ring.of(List.of("a:1")), "a:1"),
            () -> true,
            new ServiceContext.Listener("127.0.0.1", 0),
            volume);
    return SequenceOwner.locked(new LocalDisk(), config, context, new FibonacciMeters(meters));
  }

  private Path own(int sidecar) {
    return volume.resolve("sidecar-" + sidecar).resolve("fibonacci");
  }

  private Path place(String epoch) {
    return volume.resolve("published").resolve(epoch).resolve(".service-fibonacci");
  }

  private Path shown(String epoch) {
    return place(epoch).resolve("shown").resolve("current");
  }
}
