package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.Later;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.RecordLog;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.disk.SimulatedDisk.PowerCut;
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
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Readers of nginx and of the sidecar look at every step of the disk, and the process is killed, or
 * the power goes, at every step. No reader goes back, none sees what is not forced, and none misses
 * what was acknowledged.
 */
class PublishedFilesTest {
  @RegisterExtension
  static final QuietLogs QUIET =
      QuietLogs.of(RecordLog.class, Sequence.class, PublishedFiles.class);

  private static final Path OWN = Path.of("/staging/sidecar-1/fibonacci");
  private static final Path EPOCHS = Path.of("/staging/published");
  private static final FibonacciConfig CONFIG = new FibonacciConfig(1_000, false);
  private static final FibonacciMeters METERS =
      new FibonacciMeters(new Meters(new SimpleMeterRegistry()));

  /** The first positions have the same numbers: it begins behind them. */
  private static final long FIRST = 3;

  private static final int[] BATCHES = {1, 3, 1};

  /** A mistake in how a state is shown. */
  enum Bug {
    AFTER_THE_ANSWERS {
      @Override
      Publication of(Disk disk, Publication right) {
        return new Forwarding(right) {
          @Override
          public void show() {}

          @Override
          public void removeReplaced() {
            try {
              right.show();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        };
      }
    },
    WHILE_READERS_OF_THE_SIDECAR_SEE_THE_STATE_BEFORE {
      @Override
      Publication of(Disk disk, Publication right) {
        return new Forwarding(right) {
          @Override
          public void prepare(State state) {
            right.prepare(state);
            try {
              right.show();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }

          @Override
          public void show() {}
        };
      }
    },
    TWO_RENAMES {
      @Override
      Publication of(Disk disk, Publication right) {
        return new TwoRenames(disk);
      }
    },
    NEVER_AGAIN_AFTER_THE_START {
      @Override
      Publication of(Disk disk, Publication right) {
        return new Forwarding(right) {
          private int shown;

          @Override
          public void show() throws IOException {
            if (shown++ == 0) {
              right.show();
            }
          }
        };
      }
    };

    abstract Publication of(Disk disk, Publication right);
  }

  private long crashPoints;

  @Test
  void readersAtEveryStep_seeOneSequence() throws Exception {
    runAll(UnaryOperator.identity(), (_, right) -> right);
    System.out.printf("published sequence: %d crash points%n", crashPoints);
    assertThat(crashPoints).isGreaterThan(200);
  }

  @ParameterizedTest
  @EnumSource
  void plantedBug_isCaught(Bug bug) {
    assertThatThrownBy(() -> runAll(UnaryOperator.identity(), bug::of))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void plantedDiskThatForcesNothing_isCaught() {
    assertThatThrownBy(() -> runAll(Unforced::new, (_, right) -> right))
        .isInstanceOf(AssertionError.class);
  }

  /** No room, at every step: what is shown is right, or nothing is shown and the owner is asked. */
  @Test
  void anyStepFails_readersSeeOneSequence_andItIsShownAgain() throws Exception {
    boolean failed = true;
    for (int at = 0; failed; at++) {
      for (int length = 1; length <= 4; length++) {
        var world = new World(new SimulatedDisk());
        var failing = new Failing(world.disk, EPOCHS);
        try (Sequence sequence = world.open(failing, (_, right) -> right)) {
          failing.fail(at, length);
          for (int batch : BATCHES) {
            world.advance(sequence, batch);
            world.look();
          }
          failed = failing.hasFailed();
          failing.fail(Integer.MAX_VALUE, 0);
          world.advance(sequence, 1);
          world.look();
          assertThat(world.nginx("current")).as("at %d, %d steps", at, length).isPresent();
          assertThat(world.disk.paths().stream().filter(World::isState)).hasSize(1);
        }
        world.reopen(failing);
      }
    }
  }

  /** The link can neither be replaced nor removed, so no reader is told anything new. */
  @Test
  void neitherShownNorWithdrawn_isNotAcknowledged_andTheNextAnswerShowsIt() throws Exception {
    var world = new World(new SimulatedDisk());
    var failing = new Failing(world.disk, EPOCHS);
    try (Sequence sequence = world.open(failing, (_, right) -> right)) {
      world.advance(sequence, 1);
      failing.fail(0, Integer.MAX_VALUE);
      var outcomes = new ArrayList<NextOutcome>();
      for (int i = 0; i < 5; i++) {
        sequence.ask(outcomes::add);
      }
      world.later.run();
      assertThat(outcomes).hasSize(5).containsOnly(new NextOutcome.NotWritten());
      assertThat(sequence.state()).isEmpty();
      assertThat(sequence.glance()).isEmpty();
      assertThat(world.nginx("current")).hasValue(FIRST + 1);
      failing.fail(Integer.MAX_VALUE, 0);
      world.acknowledged += 5;
      world.advance(sequence, 1);
      world.look();
      assertThat(world.nginx("previous")).hasValue(FIRST + 7);
    }
    world.reopen(failing);
  }

  /** At the last position nothing is left to write; a request shows what could not be shown. */
  @Test
  void atTheBound_isShownAgain() throws Exception {
    var world = new World(new SimulatedDisk(), new FibonacciConfig(FIRST + 1, false));
    var failing = new Failing(world.disk, EPOCHS);
    try (Sequence sequence = world.open(failing, (_, right) -> right)) {
      failing.fail(0, Integer.MAX_VALUE);
      var outcomes = new ArrayList<NextOutcome>();
      sequence.ask(outcomes::add);
      world.later.run();
      sequence.ask(outcomes::add);
      world.later.run();
      failing.fail(Integer.MAX_VALUE, 0);
      sequence.ask(outcomes::add);
      world.later.run();
      var none = new NextOutcome.NotWritten();
      assertThat(outcomes).containsExactly(none, none, new NextOutcome.AtBound(FIRST + 1));
      assertThat(world.nginx("current")).hasValue(FIRST + 1);
    }
  }

  @Test
  void open_withdrawsOtherEpochs_andRemovesWhatAKilledProcessLeft() throws Exception {
    var world = new World(new SimulatedDisk());
    try (Sequence sequence = world.open(world.disk, (_, right) -> right)) {
      world.advance(sequence, 2);
      var killed = new World(world.disk.copy());
      killed.acknowledged = world.acknowledged;
      Path before = killed.published();
      assertThat(killed.nginx("current")).isPresent();
      killed.epoch = "another";
      try (Sequence next = killed.open(killed.disk, (_, right) -> right)) {
        assertThat(killed.disk.names(before)).isEmpty();
        assertThat(next.state()).isPresent();
        killed.look();
      }
    }
    assertThat(world.disk.names(world.published())).as("after a stop").isEmpty();
    assertThat(world.disk.paths()).noneMatch(World::isState);
  }

  /** An nginx of another epoch would go on showing what an acknowledged number contradicts. */
  @Test
  void open_cannotWithdrawAnotherEpoch_isRefused() throws Exception {
    var world = new World(new SimulatedDisk());
    world.open(world.disk, (_, right) -> right);
    world.epoch = "another";
    var failing = new Failing(world.disk, EPOCHS);
    failing.fail(0, Integer.MAX_VALUE);
    assertThatThrownBy(() -> world.open(failing, (_, right) -> right))
        .isInstanceOf(IOException.class);
  }

  private interface Making {
    Publication of(Disk disk, Publication right);
  }

  private void runAll(UnaryOperator<Disk> wrong, Making publication) throws Exception {
    boolean reached = true;
    for (long at = 0; reached; at++) {
      reached = readAt(at, wrong, publication);
    }
    for (Left left : Left.values()) {
      boolean cut = true;
      for (long at = 0; cut; at++) {
        cut = crashAt(at, left, wrong, publication);
      }
    }
  }

  /** Readers look at a step of the disk and at every answer. Returns false behind the last step. */
  private boolean readAt(long at, UnaryOperator<Disk> wrong, Making publication) throws Exception {
    var world = new World(new SimulatedDisk());
    try (Sequence sequence = world.open(wrong.apply(world.disk), publication)) {
      world.disk.disturbAt(at, world::lookUnchecked);
      for (int batch : BATCHES) {
        world.advance(sequence, batch);
      }
      boolean reached = world.disk.steps() > at;
      world.disk.disturbAt(Long.MAX_VALUE, () -> {});
      world.look();
      crashPoints++;
      return reached;
    }
  }

  private boolean crashAt(long at, Left left, UnaryOperator<Disk> wrong, Making publication)
      throws Exception {
    var world = new World(new SimulatedDisk());
    boolean cut = false;
    try {
      Sequence sequence = world.open(wrong.apply(world.disk), publication);
      world.disk.cutAt(at);
      for (int batch : BATCHES) {
        world.advance(sequence, batch);
      }
    } catch (PowerCut e) {
      cut = true;
    }
    cut |= world.disk.isOff();
    world.disk.restart(left, new Random(at));
    if (left != Left.EVERYTHING) {
      world.epoch = "boot-2"; // the power was gone
    }
    world.look();
    world.reopen(wrong.apply(world.disk));
    crashPoints++;
    return cut;
  }

  /** A disk, its readers, and what they have seen. */
  private static final class World {
    final SimulatedDisk disk;
    final FibonacciConfig config;
    final Later later = new Later();
    String epoch = "boot-1";
    long acknowledged;
    long seen;
    Sequence sequence; // null: it does not run
    AssertionError wrong; // null: nothing was

    World(SimulatedDisk disk) throws IOException {
      this(disk, CONFIG);
    }

    World(SimulatedDisk disk, FibonacciConfig config) throws IOException {
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
      Publication right = PublishedFiles.takeOver(on, place);
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
  }

  private static long position(byte[] body) {
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

  private static class Forwarding implements Publication {
    private final Publication right;

    Forwarding(Publication right) {
      this.right = right;
    }

    @Override
    public void prepare(State state) {
      right.prepare(state);
    }

    @Override
    public void show() throws IOException {
      right.show();
    }

    @Override
    public void removeReplaced() {
      right.removeReplaced();
    }

    @Override
    public void withdraw() throws IOException {
      right.withdraw();
    }
  }

  /** Replaces one file after the other, in a directory that stays. */
  private static final class TwoRenames implements Publication {
    private static final Path DIR = EPOCHS.resolve("boot-1").resolve(".service-fibonacci");

    private final Disk disk;
    private State prepared;

    TwoRenames(Disk disk) {
      this.disk = disk;
    }

    @Override
    public void prepare(State state) {
      prepared = state;
    }

    @Override
    public void show() throws IOException {
      disk.createDirectories(DIR.resolve("shown"));
      replace("current", prepared.current().current());
      replace("previous", prepared.previous().previous());
    }

    private void replace(String file, byte[] body) throws IOException {
      try (NewFile out = disk.create(DIR.resolve("new"))) {
        out.write(ByteBuffer.wrap(body));
      }
      disk.rename(DIR.resolve("new"), DIR.resolve("shown").resolve(file));
    }

    @Override
    public void removeReplaced() {}

    @Override
    public void withdraw() {}
  }

  private static final class Unforced extends ForwardingDisk {
    Unforced(Disk disk) {
      super(disk);
    }

    @Override
    public NewFile create(Path file) throws IOException {
      NewFile right = super.create(file);
      boolean isSnapshot = file.getFileName().toString().equals("new");
      return !isSnapshot
          ? right
          : new ForwardingFile(right) {
            private boolean forced;

            @Override
            public void force() throws IOException {
              if (!forced) { // the snapshot of the start, and no batch
                super.force();
              }
              forced = true;
            }
          };
    }
  }

  /** A disk on which some changes below a directory fail. */
  private static final class Failing extends ForwardingDisk {
    private final Path below;
    private int from = Integer.MAX_VALUE;
    private long until;
    private int changes;

    Failing(Disk disk, Path below) {
      super(disk);
      this.below = below;
    }

    void fail(int first, int count) {
      from = first;
      until = (long) first + count;
      changes = 0;
    }

    boolean hasFailed() {
      return changes > from;
    }

    private void change(Path path) throws IOException {
      if (path.startsWith(below)) {
        int change = changes++;
        if (change >= from && change < until) {
          throw new IOException("no room for " + path);
        }
      }
    }

    @Override
    public void createDirectory(Path dir) throws IOException {
      change(dir);
      super.createDirectory(dir);
    }

    @Override
    public void symbolicLink(Path name, Path target) throws IOException {
      change(name);
      super.symbolicLink(name, target);
    }

    @Override
    public NewFile create(Path file) throws IOException {
      change(file);
      return super.create(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      change(to);
      super.rename(from, to);
    }

    @Override
    public boolean delete(Path file) throws IOException {
      change(file);
      return super.delete(file);
    }
  }
}
