package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wheel of deadlines. */
final class DeadlinesTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Deadlines.class);

  private final ManualNanos time = new ManualNanos();
  private final List<Long> stalls = new ArrayList<>();
  private final Deadlines deadlines = new Deadlines(time, stalls::add);

  private static final long TICK_MS = Deadlines.TICK_NANOS / 1_000_000;

  @Test
  void turn_neverEarlyAndATickLateAtMost() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<Long, Long> fired = new HashMap<>();
    List<Long> wanted = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      long at = time.getAsLong() + random.nextLong(30_000_000_000L);
      wanted.add(at);
      deadlines.at(at, () -> fired.put(at, time.getAsLong()));
    }

    for (int ms = 0; ms < 30_010; ms++) {
      time.advanceMs(1);
      deadlines.turn();
    }

    for (long at : wanted) {
      assertThat(fired).containsKey(at);
      assertThat(fired.get(at)).isBetween(at, at + Deadlines.TICK_NANOS + 1_000_000);
    }
    assertThat(stalls).isEmpty();
  }

  @Test
  void drop_neverFires() {
    List<String> fired = new ArrayList<>();
    Deadlines.Deadline first = deadlines.at(inMs(10), () -> fired.add("first"));
    deadlines.at(inMs(10), () -> fired.add("second"));
    Deadlines.Deadline third = deadlines.at(inMs(10), () -> fired.add("third"));
    first.drop();
    third.drop();
    third.drop();

    time.advanceMs(20);
    deadlines.turn();
    deadlines.turn();

    assertThat(fired).containsExactly("second");
  }

  @Test
  void at_pastFiresAtTheNextTurn() {
    List<String> fired = new ArrayList<>();
    deadlines.at(time.getAsLong() - 1, () -> fired.add("past"));

    time.advanceMs(TICK_MS);
    deadlines.turn();

    assertThat(fired).containsExactly("past");
  }

  @Test
  void turn_failureOfOneDoesNotStopTheOthers() {
    List<String> fired = new ArrayList<>();
    deadlines.at(
        inMs(10),
        () -> {
          throw new IllegalStateException("planted");
        });
    deadlines.at(inMs(10), () -> fired.add("other"));

    time.advanceMs(20);
    deadlines.turn();

    assertThat(fired).containsExactly("other");
  }

  @Test
  void turn_tellsOfAStallBeforeItFires() {
    List<String> order = new ArrayList<>();
    Deadlines wheel = new Deadlines(time, _ -> order.add("stall"));
    wheel.at(inMs(10), () -> order.add("deadline"));

    time.advanceMs(1_500);
    wheel.turn();

    assertThat(order).containsExactly("stall", "deadline");
  }

  /** A pause that is too short for a stall is a lag all the same, and known before it fires. */
  @Test
  void lag_isThatOfTheLatestTurn_alsoBeforeTheNextOne() {
    long begunNanos = time.getAsLong();
    var lagWhenItFired = new AtomicLong();
    deadlines.at(inMs(500), () -> lagWhenItFired.set(deadlines.worstLagNanos(begunNanos)));
    deadlines.at(inMs(5_000), () -> {});

    time.advanceMs(700);

    assertThat(deadlines.worstLagNanos(begunNanos)).isEqualTo(696_000_000);
    deadlines.turn();
    assertThat(lagWhenItFired).hasValue(696_000_000);
    assertThat(stalls).isEmpty();
    for (int i = 0; i < 30; i++) {
      time.advanceMs(4);
      deadlines.turn();
    }
    assertThat(deadlines.worstLagNanos(time.getAsLong())).as("from now on").isZero();
  }

  @Test
  void turn_emptyWheelDoesNotStall() {
    time.advanceMs(60_000);
    deadlines.turn();
    deadlines.at(inMs(100), () -> {});
    time.advanceMs(500);
    deadlines.turn();

    assertThat(stalls).isEmpty();
  }

  private long inMs(long ms) {
    return time.getAsLong() + ms * 1_000_000;
  }
}
