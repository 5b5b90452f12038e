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
        .contains("set logscale x", "using 1:2", "using 1:3", "set title 'heap, MB'");
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
  void heapBytes_isTheSumOfThePools() {
    String metrics =
        """
        jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E6
        jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 2500000.0
        jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.0E6
        """;

    assertThat(GrowingNames.heapBytes(metrics)).isEqualTo(4e6);
    assertThat(GrowingNames.heapBytes("")).isNaN();
  }
}
