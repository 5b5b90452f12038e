package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TemplateTest {
  @Test
  void fill_putsTheValuesIn() {
    assertThat(Template.fill("listen @{port}; # $1", Map.of("port", 80)))
        .isEqualTo("listen 80; # $1");
  }

  @Test
  void fill_valueMissing() {
    assertThatThrownBy(() -> Template.fill("@{port}", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("@{port}");
  }

  @Test
  void accessLog_isThatOfTheSidecarsNginx() throws Exception {
    String log = Template.accessLog(Path.of("..").resolve("nginx"));

    assertThat(log).contains("log_format json", "access_log access.log json", "map $status");
    assertThat(log).doesNotContain("@{", "upstream sidecars");
  }
}
