package dev.holdfast.watcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 100, WatchFile.ENDPOINTS_MAX})
  void example_isRead_andHasSoManyEndpoints(int count) {
    List<Endpoint> endpoints = WatchFileTest.endpoints(Example.write(count));
    assertThat(endpoints).hasSize(count);
    assertThat(endpoints)
        .allSatisfy(e -> assertThat(e.request().url().getHost()).endsWith(".example"));
    assertThat(WatchFileTest.endpoints(WatchFile.write(endpoints))).isEqualTo(endpoints);
  }

  /** The keys that are in comments can be taken out of them as they are. */
  @Test
  void keysInComments_canBeUsed() {
    String text = Example.write(5).replaceAll("(?m)^# (auth:|  bearer|allow_nets)", "  $1");
    assertThat(text).isNotEqualTo(Example.write(5));
    assertThat(WatchFileTest.endpoints(text)).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, WatchFile.ENDPOINTS_MAX + 1})
  void count_hasBounds(int count) {
    assertThatThrownBy(() -> Example.write(count)).hasMessageStartingWith("count must be 1 to");
  }
}
