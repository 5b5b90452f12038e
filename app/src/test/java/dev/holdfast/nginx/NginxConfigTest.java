package dev.holdfast.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.system.nginx.NginxFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NginxConfigTest {
  private static final NginxConfig.Limits LIMITS = new NginxConfig.Limits(12_345, 1, 2, 3);

  @ParameterizedTest
  @ValueSource(strings = {"/a\"b", "/a$b", "/a\nb", "/a\\b"})
  void new_pathThatCannotBeQuoted(String directory) {
    assertThatThrownBy(() -> config(Path.of(directory), List.of("a:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("published must be a path that nginx can quote");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:", "host:1;", "host:1 down", "a:1,b:2"})
  void new_wrongSidecar(String sidecar) {
    assertThatThrownBy(() -> config(Path.of("/d"), List.of(sidecar)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sidecars must be host:port");
  }

  /**
   * When all requests are at sidecars, with idle connections to them, an eighth of the connections
   * is left.
   */
  @ParameterizedTest
  @ValueSource(longs = {64L << 20, 192L << 20, 512L << 20, 4L << 30})
  void workers_haveConnectionsForMoreThanTheirRequests(long memoryBytesMax) {
    var workers = new NginxConfig.Workers("", 1, memoryBytesMax);
    assertThat(workers.requestsMax()).isGreaterThan(200);
    assertThat(workers.connectionsMax() - 2 * workers.requestsMax() - 128)
        .isGreaterThanOrEqualTo(workers.connectionsMax() / 8);
  }

  @Test
  void new_noSidecarOrOneTwice() {
    assertThatThrownBy(() -> config(Path.of("/d"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> config(Path.of("/d"), List.of("a:1", "a:1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void new_valuesOutOfBounds() {
    assertThatThrownBy(() -> new NginxConfig.Workers("", 0, 1L << 30))
        .hasMessageContaining("processes");
    assertThatThrownBy(() -> new NginxConfig.Workers("", 1, (64L << 20) - 1))
        .hasMessageContaining("memoryBytesMax");
    assertThatThrownBy(() -> new NginxConfig.Workers("", 1, (4L << 30) + 1))
        .hasMessageContaining("memoryBytesMax");
    assertThatThrownBy(() -> new NginxConfig.Limits(0, 1, 1, 1)).hasMessageContaining("body");
    assertThatThrownBy(() -> new NginxConfig.Limits(1, 0, 1, 1)).hasMessageContaining("connect");
    assertThatThrownBy(() -> new NginxConfig.Limits(1, 1, 0, 1)).hasMessageContaining("send");
    assertThatThrownBy(() -> new NginxConfig.Limits(1, 1, 1, 0)).hasMessageContaining("read");
    assertThatThrownBy(() -> config(Path.of("relative"), List.of("a:1")))
        .hasMessageContaining("published must be an absolute path");
  }

  @Test
  void new_wrongPlaceOrUser() {
    assertThatThrownBy(() -> new NginxConfig.Listen("localhost", 1)).hasMessageContaining("host");
    assertThatThrownBy(() -> new NginxConfig.Listen("127.0.0.1", 0)).hasMessageContaining("port");
    assertThatThrownBy(() -> new NginxConfig.Logs(Path.of("relative"), NginxConfig.Logs.STDERR))
        .hasMessageContaining("accessLog must be an absolute path");
    assertThatThrownBy(() -> new NginxConfig.Logs(Path.of("/a"), "/b\"c"))
        .hasMessageContaining("errorLog must be a path that nginx can quote");
    assertThatThrownBy(() -> NginxConfig.Workers.DEFAULT.withUser("no body"))
        .hasMessageContaining("user must be the name of a user");
  }

  private static NginxConfig config(Path published, List<String> sidecars) {
    NginxConfig base = NginxFixture.config(Path.of("/d"), 8080, List.of("a:1"), LIMITS);
    return new NginxConfig(
        base.listen(),
        sidecars,
        published,
        base.logs(),
        base.workers(),
        base.limits(),
        base.actionsComplete(),
        base.parts());
  }
}
