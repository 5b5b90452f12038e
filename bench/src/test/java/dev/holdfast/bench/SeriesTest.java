package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SeriesTest {
  private final Series series = new Series("names", "names", List.of("GETs/s", "heap, MB"));

  @Test
  void text_hasALineForEachPoint() {
    series.add(1000, 47_000, 12.5);
    series.add(10_000, 46_000, Double.NaN);

    assertThat(series.text())
        .isEqualTo("names\tGETs/s\theap, MB\n1000.00\t47000.0\t12.5000\n10000.0\t46000.0\tNaN\n");
  }

  @Test
  void script_plotsEachColumn_byFactors() {
    series.add(1, 1, 1);
    series.add(1000, 1, 1);

    assertThat(series.script(Path.of("a.tsv"), Path.of("a.svg")))
        .contains(
            "set logscale x",
            "using 1:2",
            "using 1:3 skip 1 title 'heap, MB'",
            "set title 'heap, MB'");
  }

  @Test
  void script_ofNearValues_isEven() {
    series.add(1, 1, 1);
    series.add(5, 1, 1);

    assertThat(series.script(Path.of("a.tsv"), Path.of("a.svg"))).doesNotContain("logscale");
  }

  @Test
  void add_otherCount() {
    assertThatThrownBy(() -> series.add(1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void heapBytes_isTheLastLine() {
    String histogram =
        """
         num     #instances         #bytes  class name (module)
           1:         40000        2400000  [B (java.base@25)
        Total         90000        6400000
        """;

    assertThat(GrowingNames.heapBytes(histogram)).isEqualTo(6_400_000);
    assertThat(GrowingNames.heapBytes("")).isNaN();
  }
}
