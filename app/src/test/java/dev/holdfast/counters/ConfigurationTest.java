package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Effort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private static final Id LOW = new Id(1, 1);
  private static final Id HIGH = new Id(2, 2);

  private static NavigableSet<Address> list(int... numbers) {
    var list = new TreeSet<Address>();
    for (int number : numbers) {
      list.add(new Address("10.0.0." + number, 7777));
    }
    return list;
  }

  private static Configuration first(Id line, int... numbers) {
    return Configuration.NONE.posted(list(numbers), line);
  }

  @Test
  void post_ofTheListInForce_isTheSame() {
    Configuration first = first(LOW, 1, 2);
    assertThat(first.posted(list(1, 2), HIGH)).isEqualTo(first);
    assertThat(first.posted(list(1, 3), HIGH).version()).isEqualTo(2);
    assertThat(first.posted(list(1, 3), HIGH).line()).isEqualTo(LOW);
  }

  @Test
  void higherVersionOfALine_wins() {
    Configuration first = first(LOW, 1, 2);
    Configuration second = first.posted(list(1), LOW);
    assertThat(first.merge(second)).isEqualTo(second);
    assertThat(second.merge(first)).isEqualTo(second);
  }

  @Test
  void equalVersionsOfALine_areUnited() {
    Configuration first = first(LOW, 1, 2);
    Configuration one = first.posted(list(1, 2, 3), LOW);
    Configuration other = first.posted(list(1, 2, 4), LOW);
    assertThat(one.merge(other).actors()).isEqualTo(list(1, 2, 3, 4));
    assertThat(one.merge(other)).isEqualTo(other.merge(one));
  }

  @Test
  void lineThatWasOnlyFound_yieldsToOneThatWasPosted() {
    Configuration old = first(HIGH, 1, 2, 3).posted(list(1, 2), HIGH).posted(list(1), HIGH).found();
    Configuration fresh = first(LOW, 1, 2, 3, 4);
    Configuration merged = old.merge(fresh);
    assertThat(merged.line()).isEqualTo(LOW);
    assertThat(merged.actors()).isEqualTo(list(1, 2, 3, 4));
    assertThat(merged).isEqualTo(fresh.merge(old));
    assertThat(merged.merge(old)).as("it comes again").isEqualTo(merged);
  }

  @Test
  void linesThatWerePosted_areUnited_onceAndForAll() {
    Configuration one = first(LOW, 1, 2);
    Configuration other = first(HIGH, 2, 3);
    Configuration merged = one.merge(other);
    assertThat(merged.actors()).isEqualTo(list(1, 2, 3));
    assertThat(merged.line()).isEqualTo(HIGH);
    assertThat(merged.merge(one)).isEqualTo(merged);
    assertThat(merged.merge(other)).isEqualTo(merged);
    Configuration smaller = merged.posted(list(2), HIGH);
    assertThat(smaller.merge(one).actors()).as("what was dropped stays out").isEqualTo(list(2));
  }

  @Test
  void actorThatHasEnded_livesAgainWhereItIsSeenLater() {
    Address address = list(1).getFirst();
    Configuration seen = first(LOW, 1, 2).withSeen(LOW, address, 1);
    assertThat(seen.hasSeen(LOW, address)).isTrue();
    Configuration ended = seen.posted(list(2), LOW).withEnded(LOW, 1);
    assertThat(ended.living()).isEmpty();
    Configuration again = ended.posted(list(1, 2), LOW);
    assertThat(again.hasSeen(LOW, address)).isFalse();
    assertThat(again.withSeen(LOW, address, 1).living()).hasSize(1);
  }

  /** One side drops an actor, which ends; the other side, at the same version, keeps it. */
  @Test
  void actorThatHasEnded_isListedByAUnion_andCountsAgain() {
    Address address = list(1).getFirst();
    Configuration first = first(LOW, 1, 2).withSeen(HIGH, address, 1);
    Configuration without = first.posted(list(2), LOW).withEnded(HIGH, 1);
    Configuration with = first.posted(list(1, 2, 3), LOW);
    Configuration united = without.merge(with);
    assertThat(united.actors()).isEqualTo(list(1, 2, 3));
    assertThat(united.hasSeen(HIGH, address)).isFalse();
    assertThat(united.withSeen(HIGH, address, 1).hasSeen(HIGH, address)).isTrue();
  }

  @Test
  void addressThatIsDropped_whereNobodyWasEverSeen_isRemembered() {
    Configuration first = first(LOW, 1, 2);
    Address second = list(2).getFirst();
    assertThat(first.posted(list(1), LOW).living())
        .extracting(Configuration.Seen::address)
        .containsExactly(second);
    Configuration met = first.withSeen(HIGH, second, 1).posted(list(1), LOW);
    assertThat(met.living()).extracting(Configuration.Seen::actor).containsExactly(HIGH);
    Configuration later = first.posted(list(1), LOW).withSeen(HIGH, second, 1);
    assertThat(later.living()).extracting(Configuration.Seen::actor).containsExactly(HIGH);
    assertThat(later.withEnded(HIGH, 1).living()).isEmpty();
  }

  @Test
  void notesThatAreOver_areOfActorsThatHaveEnded_andOfNobodyWhereSomebodyWasMet() {
    Address first = list(1).getFirst();
    Address second = list(2).getFirst();
    Configuration noted =
        first(LOW, 1, 2, 3)
            .posted(list(3), LOW) // nobody was met at the first and at the second
            .withSeen(LOW, first, 1)
            .withEnded(LOW, 1);
    assertThat(noted.over()).extracting(Configuration.Seen::address).containsExactly(first, first);
    assertThat(noted.living())
        .extracting(Configuration.Seen::address)
        .containsExactlyInAnyOrder(second);
    assertThat(noted.withoutOver()).as("they are few").isSameAs(noted);
  }

  /** Actors come and go, notes are left out, and old configurations come back. */
  @Tag("long")
  @Test
  void meetings_whereNotesAreLeftOut_endInOneConfiguration_andNoneThatMattersIsLost() {
    for (int seed = 0; seed < Effort.of(10, 200); seed++) {
      var random = new Random(seed);
      Configuration first = first(LOW, 1, 2, 3);
      var held = new ArrayList<Configuration>();
      for (int i = 0; i < 5; i++) {
        held.add(first);
      }
      var everSeen = new ArrayList<Id>();
      var ended = new HashSet<Id>();
      for (int step = 0; step < 150; step++) {
        int at = random.nextInt(5);
        Configuration now = held.get(at);
        switch (random.nextInt(6)) {
          case 0 -> {
            for (int i = 0; i < 100; i++) {
              everSeen.add(Id.random(random));
              now = now.withSeen(everSeen.getLast(), list(1 + random.nextInt(3)).getFirst(), 1);
            }
          }
          case 1 -> {
            for (Configuration.Seen place : now.living()) {
              if (random.nextInt(3) > 0) {
                ended.add(place.actor());
                now = now.withEnded(place.actor(), 1);
              }
            }
          }
          case 2 -> now = now.withoutOver();
          case 3 -> now = now.posted(list(1, 2 + random.nextInt(2)), LOW);
          default -> meet(held, at, random.nextInt(5));
        }
        held.set(at, held.get(at).merge(now));
      }
      for (int meeting = 0; meeting < 200; meeting++) {
        meet(held, random.nextInt(5), random.nextInt(5));
      }
      assertThat(held.stream().map(Configuration::stamp).distinct()).as("seed %d", seed).hasSize(1);
      everSeen.removeAll(ended);
      assertThat(held.getFirst().living())
          .as("seed %d", seed)
          .extracting(Configuration.Seen::actor)
          .containsAll(everSeen);
    }
  }

  /** In whichever order they meet, all have the same in the end. */
  @Test
  void meetings_endInOneConfiguration() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var held = new ArrayList<Configuration>();
      for (int i = 0; i < 6; i++) {
        Configuration next = first(Id.random(random), 1 + random.nextInt(5), 6);
        for (int version = random.nextInt(4); version > 0; version--) {
          next = next.posted(list(1 + random.nextInt(5), 1 + random.nextInt(5)), LOW);
        }
        held.add(random.nextInt(3) == 0 ? next.found() : next);
      }
      for (int meeting = 0; meeting < 400; meeting++) {
        meet(held, random.nextInt(6), random.nextInt(6));
      }
      assertThat(held.stream().map(Configuration::stamp).distinct()).as("seed %d", seed).hasSize(1);
    }
  }

  private static void meet(List<Configuration> held, int one, int other) {
    Configuration merged = held.get(one).merge(held.get(other));
    held.set(one, merged);
    held.set(other, held.get(other).merge(merged));
  }
}
