package dev.holdfast.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.origin.OriginConfig;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StackConfigTest {
  private static final URI ORIGIN = URI.create("http://127.0.0.1:1");
  private static final URI OTHER = URI.create("http://127.0.0.1:2");

  @Test
  void sidecar_isOneOfTheRing_andHasItsOwnOrigin() {
    SidecarConfig sidecar = config(List.of(7001, 7002), List.of(ORIGIN, OTHER)).sidecar(1, OTHER);

    assertThat(sidecar.port()).isEqualTo(7002);
    assertThat(sidecar.ring()).containsExactly("127.0.0.1:7001", "127.0.0.1:7002");
    assertThat(sidecar.self()).isEqualTo("127.0.0.1:7002");
    assertThat(sidecar.origin()).isEqualTo(OriginConfig.of(OTHER).withLingerMs(5));
  }

  @Test
  void allDirectories_areBelowThatOfTheData() {
    StackConfig config = config(List.of(7001), List.of(ORIGIN));

    assertThat(config.dataDir()).isAbsolute();
    assertThat(config.dataDir().getFileName()).hasToString("data");
    assertThat(config.stagingDir().getParent()).isEqualTo(config.dataDir());
    assertThat(config.nginxDir().getParent()).isEqualTo(config.dataDir());
    assertThat(config.accessLog().getParent()).isEqualTo(config.nginxDir());
    assertThat(config.sidecar(0, ORIGIN).stagingDir()).isEqualTo(config.stagingDir());
  }

  @Test
  void sidecars_withoutAFileServerEach_areRefused() {
    for (List<Integer> ports : List.of(List.<Integer>of(), List.of(7001), List.of(1, 2, 3))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config(ports, List.of(ORIGIN, OTHER)))
          .withMessageContaining("as many as there are file servers");
    }
  }

  private static StackConfig config(List<Integer> ports, List<URI> origins) {
    return new StackConfig(
        new StackConfig.Front("127.0.0.1", 7000, Optional.empty(), 1, 1),
        ports,
        List.of(),
        origins,
        origin -> OriginConfig.of(origin).withLingerMs(5),
        Path.of("some/../data"),
        StackConfig.Scoreboard.NONE,
        SidecarSettings.DEFAULT);
  }
}
