package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The notes of a configuration: which of them go, which stay, and how many there may be. */
class NotesTest extends Schedule {
  private static final int MANY = Configuration.CLEARED_MIN + 10;

  /** Makes notes of actors that were once at an address. */
  private static NavigableMap<Configuration.Seen, Long> notes(int count, Address at) {
    var notes = new TreeMap<Configuration.Seen, Long>();
    for (int i = 1; i <= count; i++) {
      notes.put(new Configuration.Seen(new Id(77, i), at), 1L);
    }
    return notes;
  }

  /** Brings notes to an actor, as another one that has them does. */
  private void bring(Machine to, NavigableMap<Configuration.Seen, Long> notes, boolean haveEnded) {
    byte[] hello = hello(to.actor().configuration(), notes, haveEnded);
    var replies = new ArrayList<byte[]>();
    to.process.run(() -> to.actor().answer(hello, replies::add));
    assertThat(world.runUntil(5_000, () -> !replies.isEmpty())).isTrue();
    world.run(3_000);
  }

  private static byte[] hello(
      Configuration now, NavigableMap<Configuration.Seen, Long> notes, boolean haveEnded) {
    var seen = new TreeMap<>(now.seen());
    seen.putAll(notes);
    var ended = new TreeMap<>(now.ended());
    if (haveEnded) {
      notes.keySet().forEach(place -> ended.put(place.actor(), 1L));
    }
    var more =
        new Configuration(
            now.line(),
            now.version(),
            now.posted(),
            now.actors(),
            now.absorbed(),
            seen,
            ended,
            now.cleared());
    return new Message(
            new Id(8, 8), new Id(9, 9), more.stamp(), Optional.of(more), new Request.Hello())
        .toBytes();
  }

  @Test
  void notesOfActorsThatHaveEnded_areLeftOutByAPost() {
    List<Machine> all = world.cluster(3);
    count(all.get(2), 1);
    bring(all.get(0), notes(MANY, all.get(1).address), true);
    assertThat(all.get(2).actor().configuration().seen()).hasSize(MANY + 3);
    world.configure(all.get(1), world.addresses(), List.of());
    world.run(3_000);
    for (Machine machine : all) {
      assertThat(machine.actor().configuration().seen()).hasSize(3);
      assertThat(machine.actor().configuration().ended()).isEmpty();
    }
    assertThat(read(all.get(0))).isEqualTo(exactly(1));
    all.forEach(machine -> machine.crash(Left.NOTHING));
    all.forEach(Machine::start);
    assertThat(read(all.get(1))).as("after a restart").isEqualTo(exactly(1));
  }

  /** What they have counted is missing until they come back. */
  @Test
  void notesOfActorsThatHaveNotEnded_stay() {
    List<Machine> all = world.cluster(2);
    bring(all.get(0), notes(MANY, all.get(1).address), false);
    world.configure(all.get(1), world.addresses(), List.of());
    world.run(1_000);
    assertThat(all.get(0).actor().configuration().seen()).hasSize(MANY + 2);
    assertThat(read(all.get(0))).isEqualTo(exactly(0, all.get(1)));
  }

  /** One of those who stay may not have heard of an end. */
  @Test
  void notesStay_whereNotAllHaveThem() {
    List<Machine> all = world.cluster(3);
    bring(all.get(0), notes(MANY, all.get(1).address), true);
    all.get(2).crash(Left.EVERYTHING);
    world.configure(all.get(0), world.addresses(), List.of());
    assertThat(all.get(0).actor().configuration().seen()).hasSize(MANY + 3);
    all.get(2).start();
    world.run(1_000);
    world.configure(all.get(0), world.addresses(), List.of());
    world.run(1_000);
    assertThat(all.get(2).actor().configuration().seen()).hasSize(3);
  }

  /** It was forgotten while it was cut off, and its note has gone since. */
  @Test
  void forgottenActor_whoseNoteIsLeftOut_givesWhatItHas() {
    List<Machine> all = world.cluster(3);
    Machine forgotten = all.get(2);
    world.isolate(forgotten);
    count(forgotten, 5);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of(forgotten.address));
    bring(all.get(0), notes(MANY, all.get(1).address), true);
    world.configure(all.get(0), two, List.of());
    Id id = forgotten.actor().id();
    assertThat(all.get(0).actor().configuration().knows(id)).isFalse();
    assertThat(read(all.get(1))).isEqualTo(exactly(0));
    world.heal();
    world.run(5_000);
    assertThat(world.count(forgotten, X, 1)).get().isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
    assertThat(all.get(1).actor().configuration().ended()).containsKey(id);
  }

  /** It was told so, was cut off again before it could hand over, and its note has gone since. */
  @Test
  void forgottenActor_thatKnowsIt_andWhoseNoteIsLeftOut_givesWhatItHas() {
    List<Machine> all = world.cluster(3);
    Machine forgotten = all.get(2);
    Id id = forgotten.actor().id();
    world.isolate(forgotten);
    count(forgotten, 5);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of(forgotten.address));
    byte[] hello = hello(all.get(0).actor().configuration(), new TreeMap<>(), false);
    forgotten.process.run(() -> forgotten.actor().answer(hello, _ -> {}));
    world.run(1_000);
    assertThat(forgotten.actor().configuration().ended()).containsKey(id);
    bring(all.get(0), notes(MANY, all.get(1).address), true);
    world.configure(all.get(0), two, List.of());
    assertThat(all.get(0).actor().configuration().knows(id)).isFalse();
    world.heal();
    world.run(5_000);
    assertThat(world.count(forgotten, X, 1)).get().isInstanceOf(AddOutcome.NotCounted.class);
    assertThat(read(all.get(1))).isEqualTo(exactly(5));
    assertThat(all.get(1).actor().configuration().ended()).containsKey(id);
  }

  /** It has ended, and its note has gone. */
  @Test
  void actorWhoseNoteIsLeftOut_countsAgainWhenItIsListedAgain() {
    List<Machine> all = world.cluster(3);
    Machine third = all.get(2);
    count(third, 5);
    var two = new TreeSet<>(List.of(all.get(0).address, all.get(1).address));
    world.configure(all.get(0), two, List.of());
    bring(all.get(0), notes(MANY, all.get(1).address), true);
    world.configure(all.get(0), two, List.of());
    assertThat(all.get(0).actor().configuration().knows(third.actor().id())).isFalse();
    world.configure(all.get(0), world.addresses(), List.of());
    world.run(2_000);
    count(third, 1);
    assertThat(read(all.get(1))).isEqualTo(exactly(6));
    world.isolate(third);
    assertThat(read(all.get(1))).isInstanceOf(ReadOutcome.Unavailable.class);
    world.configure(all.get(0), two, List.of());
    assertThat(read(all.get(1))).as("it is waited for").isEqualTo(exactly(6, third));
  }

  /** All have to hear of an end before its note goes, or they bring the note back. */
  @Test
  void notesOfActorsThatAreForgotten_goWithTheNextPost() {
    List<Machine> all = world.cluster(2);
    bring(all.get(0), notes(MANY, all.get(1).address), false);
    world.configure(all.get(1), world.addresses(), List.of(all.get(1).address));
    assertThat(all.get(0).actor().configuration().ended()).hasSize(MANY);
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
    world.configure(all.get(1), world.addresses(), List.of());
    world.run(1_000);
    assertThat(all.get(0).actor().configuration().seen()).hasSize(2);
    assertThat(read(all.get(0))).isEqualTo(exactly(0));
  }

  @Test
  void configurationWithoutRoom_takesNoNewActor_andSaysSo_untilOthersAreForgotten() {
    List<Machine> all = world.cluster(3);
    var formerly = new Address("10.0.9.9", 7777);
    int each = all.get(0).actor().configuration().withSeen(new Id(1, 1), formerly, 1).bytes();
    each -= all.get(0).actor().configuration().bytes();
    int room = Configuration.NOTES_BYTES_MAX - all.get(0).actor().configuration().bytes();
    bring(all.get(0), notes(room / each - 1, formerly), false);
    assertThat(all.get(0).actor().status().notesPercent()).isGreaterThanOrEqualTo(99);
    Machine lost = all.get(2);
    for (int i = 0; i < 3; i++) {
      lost.crash(Left.EVERYTHING);
      lost.loseDisk();
      lost.start();
      world.run(2_000);
    }
    count(lost, 1);
    count(all.get(0), 2);
    assertThat(read(all.get(0)))
        .isInstanceOfSatisfying(
            ReadOutcome.Unavailable.class,
            out -> assertThat(out.detail()).contains("no room for further actors"));
    world.configure(all.get(0), world.addresses(), List.of(formerly));
    world.configure(all.get(0), world.addresses(), List.of());
    world.run(2_000);
    assertThat(all.get(1).actor().status().notesPercent()).isLessThan(50);
    assertThat(((ReadOutcome.Exact) read(all.get(0))).value()).isEqualTo(3);
  }

  @Test
  void post_thatNeedsANote_whereThereIsNoRoom_isRefused() {
    Machine machine = world.cluster(1).getFirst();
    var more = new TreeSet<>(world.addresses());
    more.add(new Address("10.0.9.8", 7777));
    world.configure(machine, more, List.of());
    Configuration now = machine.actor().configuration();
    var formerly = new Address("10.0.9.9", 7777);
    int each = now.withSeen(new Id(1, 1), formerly, 1).bytes() - now.bytes();
    int room = Configuration.NOTES_BYTES_MAX - now.bytes();
    bring(machine, notes(room / each + 1, formerly), false);
    Configuration before = machine.actor().configuration();
    assertThat(world.configure(machine, world.addresses(), List.of()))
        .isInstanceOf(ConfigureOutcome.Full.class);
    assertThat(machine.actor().configuration()).isEqualTo(before);
  }

  /** Its record would fail all requests that share its force. */
  @Test
  void configurationThatIsTooLong_isNotTaken_andIncrementsGoOn() {
    Machine machine = world.cluster(1).getFirst();
    int count = 2 * Configuration.BYTES_MAX / 33;
    byte[] hello = hello(machine.actor().configuration(), notes(count, machine.address), false);
    var outcomes = new ArrayList<AddOutcome>();
    machine.process.run(
        () -> {
          machine.actor().answer(hello, _ -> {});
          machine.actor().add(Map.of(X, BigInteger.ONE), Optional.empty(), outcomes::add);
        });
    assertThat(world.runUntil(5_000, () -> !outcomes.isEmpty())).isTrue();
    assertThat(outcomes).containsExactly(new AddOutcome.Counted());
    assertThat(machine.actor().configuration().seen()).hasSize(1);
    assertThat(read(machine)).isEqualTo(exactly(1));
  }
}
