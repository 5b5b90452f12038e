package dev.holdfast.names;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RingTest {
  @Property
  void everyKeyHasOneOwner(
      @ForAll @NotEmpty byte[] key, @ForAll @IntRange(min = 1, max = 9) int servers) {
    var named = servers(servers);
    int owner = Ring.of(named).ownerOf(key);
    assertThat(owner).isBetween(0, servers - 1);
    assertThat(Ring.of(named).ownerOf(key)).isEqualTo(owner);
    assertThat(Ring.of(named).owner(key)).isEqualTo(named.get(owner));
  }

  @Property
  void ownerDoesNotDependOnTheOrderOfTheServers(
      @ForAll @NotEmpty byte[] key,
      @ForAll @IntRange(min = 1, max = 9) int servers,
      @ForAll long seed) {
    var shuffled = new ArrayList<>(servers(servers));
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Ring.of(shuffled).owner(key)).isEqualTo(Ring.of(servers(servers)).owner(key));
  }

  @Property
  void anotherServerOnlyTakesKeysForItself(
      @ForAll @NotEmpty byte[] key, @ForAll @IntRange(min = 1, max = 9) int servers) {
    int before = Ring.of(servers(servers)).ownerOf(key);
    int after = Ring.of(servers(servers + 1)).ownerOf(key);
    assertThat(after).isIn(before, servers);
  }

  @Test
  void keysSpreadOverAllServers() {
    var ring = Ring.of(servers(5));
    var counts = new int[5];
    IntStream.range(0, 10_000)
        .forEach(i -> counts[ring.ownerOf(("/api/fileserver/" + i).getBytes(UTF_8))]++);
    assertThat(counts).hasSize(5).matches(all -> IntStream.of(all).allMatch(n -> n > 1_000));
  }

  /** RingNginxTest compares the points with nginx's. Here no form is refused. */
  @ParameterizedTest
  @CsvSource({"a:80,b:80", "[::1]:80,[::2]:80", "a,b", "unix:/run/a.sock,unix:/run/b.sock"})
  void everyFormOfAServerHasPoints(String first, String second) {
    var ring = Ring.of(List.of(first, second));
    assertThat(IntStream.range(0, 200).mapToObj(i -> ring.owner(("key" + i).getBytes(UTF_8))))
        .contains(first, second);
  }

  @Test
  void of_noServer() {
    assertThatThrownBy(() -> Ring.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one server");
  }

  @Test
  void of_serverTwice() {
    assertThatThrownBy(() -> Ring.of(List.of("a:1", "b:1", "a:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void ownerOf_emptyKey() {
    assertThatThrownBy(() -> Ring.of(List.of("a:1")).ownerOf(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> servers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "127.0.0.1:" + (9001 + i)).toList();
  }
}
