package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PercentEncodingTest {
  private static final String NAME = "dir/A b+c%~☕.txt";

  @Test
  void usualSpelling() {
    assertThat(PercentEncoding.encode(NAME)).isEqualTo("dir%2FA%20b%2Bc%25~%E2%98%95.txt");
  }

  @Test
  void oddSpellings_areMany_andAllMeanTheName() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Set<String> spellings = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String spelling = PercentEncoding.encodeOddly(NAME, random);
      assertThat(spelling).as("seed %d", seed).matches("([A-Za-z0-9._~/-]|%[0-9A-Fa-f]{2})+");
      assertThat(URLDecoder.decode(spelling, UTF_8)).as("seed %d", seed).isEqualTo(NAME);
      spellings.add(spelling);
    }
    assertThat(spellings).hasSizeGreaterThan(100);
    assertThat(spellings).anyMatch(s -> s.contains("/")).anyMatch(s -> s.matches(".*%2[fF].*"));
  }
}
