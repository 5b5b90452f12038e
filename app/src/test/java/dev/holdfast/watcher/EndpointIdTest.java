package dev.holdfast.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "-a", ".a", "a b", "a/b", "ä", "a\n", "@a"})
  void id_refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> new EndpointId(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longestName_hasRoomForTheLongestAddress() {
    EndpointId id = new EndpointId("a".repeat(EndpointId.NAME_LENGTH_MAX));
    String address = "2001:1234:5678:9abc:def0:1234:5678:9abc";
    assertThat(id.at(address).text()).hasSize(EndpointId.LENGTH_MAX).endsWith("@" + address);
  }
}
