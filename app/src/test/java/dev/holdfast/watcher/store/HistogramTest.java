package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;

class HistogramTest {
  @Property
  void bytes_standForTheSameHistogram(@ForAll List<@LongRange(min = 0) Long> values) {
    Histogram histogram = of(values);

    assertThat(Histogram.of(histogram.bytes())).isEqualTo(histogram);
    assertThat(histogram.count()).isEqualTo(values.size());
  }

  @Property
  void partsTogether_areTheWhole(
      @ForAll List<@LongRange(min = 0, max = 100_000_000) Long> some,
      @ForAll List<@LongRange(min = 0, max = 100_000_000) Long> others) {
    Histogram parts = of(some);
    parts.add(of(others));
    Histogram whole = of(some);
    others.forEach(whole::add);

    assertThat(parts).isEqualTo(whole);
  }

  @Property
  void quantile_isAtMostASixteenthTooHigh(
      @ForAll @NotEmpty List<@LongRange(min = 0, max = Histogram.MOST) Long> values,
      @ForAll @LongRange(min = 0, max = 100) long percent) {
    List<Long> sorted = values.stream().sorted().toList();
    int rank = (int) Math.max(1, Math.ceil(percent / 100.0 * sorted.size()));
    long exact = sorted.get(rank - 1);

    assertThat(of(values).quantile(percent / 100.0).orElseThrow())
        .isBetween(exact, exact + exact / 16);
  }

  @Example
  void quantile_ofNothing_isEmpty() {
    assertThat(new Histogram().quantile(0.5)).isEmpty();
  }

  @Example
  void valueBeyondTheHighest_countsAsTheHighest() {
    Histogram histogram = of(List.of(Long.MAX_VALUE));

    assertThat(histogram.quantile(1)).hasValue(Histogram.MOST);
  }

  @Example
  void bytes_thatStandForNone_areRefused() {
    LongStream.of(1, 2, 3)
        .forEach(
            n -> {
              byte[] cut = new byte[(int) n];
              Arrays.fill(cut, (byte) 0xff);
              assertThatThrownBy(() -> Histogram.of(cut))
                  .isInstanceOf(IllegalArgumentException.class);
            });
  }

  private static Histogram of(List<Long> values) {
    var histogram = new Histogram();
    values.forEach(histogram::add);
    return histogram;
  }
}
