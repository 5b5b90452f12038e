package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NameSetTest {
  private final NameSet names = new NameSet(3, new Random(1));

  @Test
  void create_untilThereAreEnough() {
    assertThat(names.create()).isTrue();
    assertThat(names.create()).isTrue();
    assertThat(names.create()).isTrue();
    assertThat(names.create()).isFalse();
  }

  @Test
  void created_failed_isMissing() {
    for (String name : new String[] {"a", "b", "c"}) {
      names.create();
      names.created(name, !name.equals("b"));
    }

    assertThat(names.create()).isTrue();
    assertThat(names.create()).isFalse();
  }

  @Test
  void take_eachOnce() {
    for (String name : new String[] {"a", "b", "c"}) {
      names.create();
      names.created(name, true);
    }
    var taken = new HashSet<String>();
    for (int i = 0; i < 3; i++) {
      assertThat(names.any()).get().isNotIn(taken);
      taken.add(names.take().orElseThrow());
    }

    assertThat(taken).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(names.take()).isEmpty();
    assertThat(names.any()).isEmpty();
  }
}
