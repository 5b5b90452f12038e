package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.Later;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.metrics.Meters;
import dev.holdfast.service.ServiceContext.Published;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** A disk, its readers, and what they have seen. */
final class PublishedWorld {
  /** Makes the publication of a sequence, which may be a wrong one. */
  interface Making {
    Publication of(Disk disk, Publication right);
  }

  static final Path OWN = Path.of("/staging/sidecar-1/fibonacci");
  static final Path EPOCHS = Path.of("/staging/published");
  static final FibonacciConfig CONFIG = new FibonacciConfig(1_000, false);

  /** The first positions have the same numbers: it begins behind them. */
  static final long FIRST = 3;

  private static final FibonacciMeters METERS =
      new FibonacciMeters(new Meters(new SimpleMeterRegistry()));

  final SimulatedDisk disk;
  final FibonacciConfig config;
  final Later later = new Later();
  String epoch = "boot-1";
  long acknowledged;
  long seen;
  Sequence sequence; // null: it does not run
  AssertionError wrong; // null: nothing was

  PublishedWorld(SimulatedDisk disk) throws IOException {
    this(disk, CONFIG);
  }

  PublishedWorld(SimulatedDisk disk, FibonacciConfig config) throws IOException {
    this.disk = disk;
    this.config = config;
    disk.createDirectories(OWN);
    disk.createDirectories(EPOCHS);
    if (disk.names(OWN).isEmpty()) {
      try (NewFile file = disk.create(OWN.resolve("position-1"))) {
        file.write(ByteBuffer.wrap(OlderPositions.line(FIRST)));
        file.force();
      }
      disk.forceDirectory(OWN);
      acknowledged = FIRST;
    }
  }

  Path published() {
    return EPOCHS.resolve(epoch).resolve(".service-fibonacci");
  }

  static boolean isState(String path) {
    return path.matches(".*/[.]service-fibonacci/[0-9]+");
  }

  Sequence open(Disk on, Making publication) throws IOException {
    disk.createDirectories(EPOCHS.resolve(epoch));
    var place = new Published(published(), this::others);
    Publication right = PublishedStates.takeOver(on, place);
    sequence =
        Sequence.open(
            on, OWN, List.of(), config, METERS, publication.of(on, right), Positions.LOG, later);
    return sequence;
  }

  private List<Path> others() throws IOException {
    var others = new ArrayList<Path>();
    disk.list(EPOCHS, name -> others.add(EPOCHS.resolve(name).resolve(".service-fibonacci")));
    return others.stream().filter(o -> !o.equals(published()) && disk.isDirectory(o)).toList();
  }

  void reopen(Disk on) throws IOException {
    sequence = null;
    look();
    try (Sequence again = open(on, (_, right) -> right)) {
      look();
      advance(again, 1);
      look();
    }
  }

  void advance(Sequence of, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      of.ask(
          outcome -> {
            if (outcome instanceof NextOutcome.Advanced advanced) {
              acknowledged = Math.max(acknowledged, position(advanced.number().next()));
            }
            if (!disk.isOff()) {
              lookUnchecked();
            }
          });
    }
    later.run();
    if (wrong != null) {
      throw wrong;
    }
  }

  /** Looks and remembers a failure, since whoever runs this may catch it. */
  void lookUnchecked() {
    try {
      look();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (AssertionError e) {
      wrong = e;
    }
  }

  /** Both readers look, in turn. */
  void look() throws IOException {
    look(nginx("previous"));
    look(nginx("current"));
    if (sequence != null) {
      Optional<State> state = sequence.glance(); // empty: it would wait
      look(state.isEmpty() ? OptionalLong.empty() : OptionalLong.of(state.get().position()));
    }
    look(nginx("previous"));
  }

  private void look(OptionalLong position) throws IOException {
    if (position.isEmpty()) {
      return;
    }
    long now = position.getAsLong();
    assertThat(now).as("never back").isGreaterThanOrEqualTo(seen);
    assertThat(now).as("never behind an answer").isGreaterThanOrEqualTo(acknowledged);
    assertThat(now).as("forced").isLessThanOrEqualTo(forced());
    seen = now;
  }

  private long forced() throws IOException {
    SimulatedDisk after = disk.copy();
    after.restart(Left.NOTHING, new Random(1));
    return Positions.look(after, OWN, Positions.LOG);
  }

  /** Returns the position that nginx shows, or empty if it asks the sidecar. */
  OptionalLong nginx(String file) throws IOException {
    try (InputStream in = disk.open(published().resolve("shown").resolve(file))) {
      long position = position(in.readAllBytes());
      return OptionalLong.of(file.equals("previous") ? position + 1 : position);
    } catch (NoSuchFileException asksTheOwner) {
      return OptionalLong.empty();
    }
  }

  static long position(byte[] body) {
    String number = new String(body, US_ASCII).replaceAll("[^0-9]", "");
    for (long position = FIRST - 1; ; position++) {
      if (number.equals(text(position))) {
        return position;
      }
    }
  }

  private static String text(long position) {
    return new String(State.at(position).current().current(), US_ASCII).replaceAll("[^0-9]", "");
  }
}
