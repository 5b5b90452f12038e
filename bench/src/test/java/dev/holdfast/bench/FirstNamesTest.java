package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class FirstNamesTest {
  @Test
  void lasting_growsWithTheSeconds() {
    // A load of 45 s read 70,000 names in its first 40 s; 60,000 were not enough.
    assertThat(FirstNames.lasting(45).files().count()).isGreaterThan(120_000);
    assertThat(FirstNames.lasting(3).files().count()).isLessThan(60_000);
  }

  @Test
  void targets_beginBehindThoseThatWereUsed() throws Exception {
    FirstNames names = FirstNames.lasting(1);
    int count = names.files().count();

    names.used(3);

    assertThat(names.targets()).hasSize(count - 3);
    assertThat(names.targets().getFirst()).endsWith("/first-3");
  }

  @Test
  void used_moreThanThereAre_endsEarly() throws Exception {
    FirstNames names = FirstNames.lasting(1);
    names.used(names.files().count());

    assertThatThrownBy(() -> names.used(1))
        .isInstanceOf(EndedEarlyException.class)
        .hasMessageContaining("fewer --seconds or --rounds");
  }
}
