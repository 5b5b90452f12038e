package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Id ACTOR = new Id(1, 1);
  private static final Id SLOT = new Id(2, 2);
  private static final CounterName X = SimulatedLife.name("x");
  private static final CounterName Y = SimulatedLife.name("y");

  private final Ledger ledger = new Ledger(Sizes.DEFAULT);

  private static Range range(long from, long to, Range.Entry... entries) {
    return new Range(SLOT, ACTOR, from, to, List.of(entries));
  }

  private static Range.Entry entry(CounterName name, long value, long sequence) {
    return new Range.Entry(name, BigInteger.valueOf(value), sequence);
  }

  private long known() {
    return ledger.slot(SLOT).orElseThrow().known();
  }

  @Test
  void merge_ofWhatFollows_isKnown() {
    ledger.merge(range(0, 2, entry(X, 5, 1), entry(Y, 6, 2)));
    assertThat(known()).isEqualTo(2);
    assertThat(ledger.value(X)).isEqualTo(BigInteger.valueOf(5));
  }

  @Test
  void merge_ofWhatDoesNotFollow_claimsNothing() {
    ledger.merge(range(0, 2, entry(X, 5, 1), entry(Y, 6, 2)));
    ledger.merge(range(4, 6, entry(X, 9, 6)));
    assertThat(known()).isEqualTo(2);
    assertThat(ledger.value(X)).as("the share itself is true").isEqualTo(BigInteger.valueOf(9));
  }

  @Test
  void merge_ofOlderNews_changesNothing() {
    ledger.merge(range(0, 3, entry(Y, 6, 2), entry(X, 9, 3)));
    assertThat(ledger.merge(range(0, 1, entry(X, 5, 1)))).isFalse();
    assertThat(ledger.value(X)).isEqualTo(BigInteger.valueOf(9));
    assertThat(known()).isEqualTo(3);
  }

  /** X has changed before the cut, and again behind it: whoever stops at the cut lacks it. */
  @Test
  void parts_butTheLast_claimNothing() {
    var other = new Ledger(Sizes.DEFAULT);
    Slot slot = other.slot(SLOT, ACTOR);
    long sequence = 0;
    other.count(slot, X, BigInteger.ONE, ++sequence);
    for (int i = 0; i < 6_000; i++) {
      other.count(slot, SimulatedLife.name("name-" + i), BigInteger.ONE, ++sequence);
    }
    other.count(slot, X, BigInteger.TWO, ++sequence);
    List<Range> parts = Range.parts(slot, 0, 0, slot.known(), Sizes.DEFAULT);
    assertThat(parts).hasSizeGreaterThan(2);
    for (Range part : parts.subList(0, parts.size() - 1)) {
      ledger.merge(part);
      assertThat(known()).isZero();
    }
    ledger.merge(parts.getLast());
    assertThat(known()).isEqualTo(sequence);
    assertThat(ledger.value(X)).isEqualTo(BigInteger.TWO);
  }

  /** The names of a slot mostly come in the order of another one. */
  @Test
  void mergesOfSeveralSlots_countEachNameByItself_inWhicheverOrder() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var names = new ArrayList<CounterName>();
    for (int i = 0; i < 50; i++) {
      names.add(SimulatedLife.name("n" + i));
    }
    var expected = new TreeMap<CounterName, Long>();
    for (int slot = 0; slot < 10; slot++) {
      Collections.swap(names, random.nextInt(names.size()), random.nextInt(names.size()));
      var entries = new ArrayList<Range.Entry>();
      for (CounterName name : names) {
        if (random.nextInt(10) > 0) {
          long value = 1L + random.nextInt(1_000);
          entries.add(entry(name, value, entries.size() + 1));
          expected.merge(name, value, Long::sum);
        }
      }
      ledger.merge(new Range(new Id(3, slot), ACTOR, 0, entries.size(), entries));
    }
    assertThat(ledger.counterCount()).as("seed %d", seed).isEqualTo(expected.size());
    expected.forEach(
        (name, value) ->
            assertThat(ledger.value(name))
                .as("seed %d, %s", seed, name)
                .isEqualTo(BigInteger.valueOf(value)));
  }

  @Test
  void forced_isWhatWasForced_andAllOfASlotIfItsLastPartWas() {
    var entries = new ArrayList<Range.Entry>();
    for (int i = 1; i <= 4_000; i++) {
      entries.add(entry(SimulatedLife.name("name-" + i), 1, i));
    }
    ledger.merge(new Range(SLOT, ACTOR, 0, entries.size(), entries));
    Slot slot = ledger.slot(SLOT).orElseThrow();
    List<Range> parts = Range.parts(slot, 0, 0, slot.known(), Sizes.DEFAULT);
    assertThat(parts).hasSizeGreaterThan(1);

    ledger.forced(parts.subList(0, parts.size() - 1));
    assertThat(slot.forced()).isZero();
    long alone = parts.get(parts.size() - 2).last(0);
    assertThat(slot.since(0)).allMatch(share -> share.isForced() == share.sequence() <= alone);

    ledger.forced(parts);
    assertThat(slot.forced()).isEqualTo(slot.known());
    assertThat(slot.since(0)).allMatch(Share::isForced);
  }

  @Test
  void doubt_leavesSharesForcedThatAStartHasFound() {
    Range range = range(0, 2, entry(X, 5, 1), entry(Y, 6, 2));
    ledger.merge(range);
    ledger.found(range);
    Slot slot = ledger.slot(SLOT).orElseThrow();
    assertThat(slot.forced()).isEqualTo(2);

    ledger.doubt();

    assertThat(slot.forced()).isZero();
    assertThat(slot.since(0)).hasSize(2).allMatch(Share::isForced);
  }

  /** In whichever order the ranges come, both know the same in the end. */
  @Test
  void merges_inAnyOrder_endAlike() {
    var random = new Random(3);
    var source = new Ledger(Sizes.DEFAULT);
    Slot slot = source.slot(SLOT, ACTOR);
    var sent = new ArrayList<Range>();
    for (int sequence = 1; sequence <= 500; sequence++) {
      CounterName name = SimulatedLife.name("n" + random.nextInt(40));
      source.count(slot, name, source.value(name).add(BigInteger.ONE), sequence);
      long from = random.nextInt(sequence);
      sent.addAll(Range.parts(slot, from, from, slot.known(), Sizes.DEFAULT));
    }
    Collections.shuffle(sent, random);
    sent.forEach(ledger::merge);
    ledger.merge(Range.parts(slot, known(), known(), slot.known(), Sizes.DEFAULT).getFirst());
    assertThat(known()).isEqualTo(500);
    for (Counter counter : source.page(new byte[0], Optional.empty(), 100)) {
      assertThat(ledger.value(counter.name())).isEqualTo(counter.total());
    }
    assertThat(ledger.slot(SLOT).orElseThrow().since(0).stream().map(Share::sequence).toList())
        .isSorted();
  }

  /** Lone shares may come in any order, before and behind what is known. */
  @Test
  void shares_areInTheOrderOfTheirSequences_howeverTheyCome() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    Slot slot = ledger.slot(SLOT, ACTOR);
    var sequences = new TreeMap<CounterName, Long>();
    for (int step = 0; step < 2_000; step++) {
      CounterName name = SimulatedLife.name("n" + random.nextInt(100));
      long sequence = slot.known() + 1 + random.nextInt(200);
      if (!sequences.containsValue(sequence)) {
        ledger.take(slot, name, BigInteger.valueOf(sequence), sequence);
        sequences.merge(name, sequence, Math::max);
      }
      switch (random.nextInt(100)) {
        case 0 -> slot.know(slot.known() + random.nextInt(50));
        case 1 -> slot.doubt();
        default -> {}
      }
      assertThat(slot.since(0).stream().map(Share::sequence))
          .as("seed %d, step %d", seed, step)
          .containsExactlyElementsOf(new TreeSet<>(sequences.values()));
      assertThat(slot.extent()).isEqualTo(Extent.of(slot));
    }
  }
}
