package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class VariantTest {
  private static final String CONFIG = "sendfile on;\ntcp_nopush on;\n";

  @Test
  void anEditReplacesWhatIsThere() {
    Variant.Edit edit = Variant.Edit.parse("tcp_nopush on=>tcp_nopush off");

    assertThat(edit.of(CONFIG)).isEqualTo("sendfile on;\ntcp_nopush off;\n");
  }

  @Test
  void anEditOfWhatIsNotThereIsRefused() {
    Variant.Edit edit = Variant.Edit.parse("tcp_nodelay on=>tcp_nodelay off");

    assertThatThrownBy(() -> edit.of(CONFIG)).hasMessageContaining("tcp_nodelay on");
    assertThatThrownBy(() -> Variant.Edit.parse("tcp_nodelay off"))
        .hasMessageContaining("OLD=>NEW");
  }

  @Test
  void asItIsChangesNothing() {
    Variant variant = Variant.asItIs(Path.of("/somewhere"));

    assertThat(variant.edit().of(CONFIG)).isEqualTo(CONFIG);
    assertThat(variant.withJvm("-XX:+UseG1GC").sidecarJvm())
        .isEqualTo(variant.sidecarJvm() + " -XX:+UseG1GC");
  }
}
