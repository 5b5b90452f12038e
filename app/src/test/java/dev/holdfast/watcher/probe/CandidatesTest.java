package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order in which addresses are tried. */
final class CandidatesTest {
  @Test
  void of_familiesInTurnAndFourAtMost() {
    assertThat(of("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"))
        .isEqualTo(addresses("2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"));
    assertThat(of("2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"))
        .isEqualTo(addresses("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"));
    assertThat(of("192.0.2.1")).isEqualTo(addresses("192.0.2.1"));
  }

  private static List<InetAddress> of(String... texts) {
    return Candidates.of(addresses(texts));
  }

  private static List<InetAddress> addresses(String... texts) {
    return Stream.of(texts).map(InetAddress::ofLiteral).toList();
  }
}
