package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.SimulatedWorld.Machine;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final Id AMOUNTS = new Id(1, 1);

  private final Clock clock = clock();

  /** Returns the clock of a simulated world, which stands still. */
  private static Clock clock() {
    Machine machine = new SimulatedWorld(1).add();
    machine.start();
    return machine.process;
  }

  @Test
  void oldestKeys_go_whenThereAreTooMany() {
    var keys = new Keys(2, 1_000, clock);
    for (String key : new String[] {"a", "b", "c"}) {
      keys.add(key, AMOUNTS);
    }
    assertThat(keys.find("a")).isEmpty();
    assertThat(keys.find("b")).contains(AMOUNTS);
    assertThat(keys.find("c")).contains(AMOUNTS);
  }

  @Test
  void oldestKeys_go_whenTheyAreTooLongTogether() {
    var keys = new Keys(1_000_000, 1_000, clock);
    int count = Keys.CHARACTERS_MAX / Keys.BYTES_MAX + 1;
    for (int i = 0; i < count; i++) {
      keys.add(longKey(i), AMOUNTS);
      keys.add(longKey(i), AMOUNTS); // it counts once
    }
    assertThat(keys.find(longKey(0))).isEmpty();
    assertThat(keys.find(longKey(1))).contains(AMOUNTS);
    assertThat(keys.find(longKey(count - 1))).contains(AMOUNTS);
  }

  private static String longKey(int number) {
    return ("%0" + Keys.BYTES_MAX + "d").formatted(number);
  }

  @Test
  void keys_ofAVeryGreatAge_areKept() {
    var keys = new Keys(10, Long.MAX_VALUE, clock);
    keys.add("a", AMOUNTS);
    assertThat(keys.find("a")).isEqualTo(Optional.of(AMOUNTS));
  }
}
