package dev.holdfast.system.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;

/** What both versions of Compose make of the files, on a real engine. */
@Tag("compose")
final class ComposeVersionsTest {
  private static final List<String> USUAL = List.of("compose/docker-compose.yml");
  private static final List<String> HOST_WITH_QUOTAS =
      List.of("compose/host.yml", "compose/quotas.yml");

  @TempDir Path summaryDir;

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  enum Version {
    V1(ComposeStack.V1),
    V2(ComposeStack.V2);

    private final List<String> command;

    Version(List<String> command) {
      this.command = command;
    }

    private void assumeIsThere() throws InterruptedException {
      Assumptions.assumeTrue(ComposeStack.isThere(command), "not here: " + command);
    }
  }

  @ParameterizedTest
  @EnumSource
  void usual_sharesTwoCpus_andOpensOnePort(Version version) throws Exception {
    version.assumeIsThere();
    try (ComposeStack stack = ComposeStack.up(summaryDir, version.command, USUAL)) {
      assertHealthy(stack);
      assertThat(stack.inspect("{{.HostConfig.CpusetCpus}} {{.HostConfig.NanoCpus}}"))
          .containsOnly(Runtime.getRuntime().availableProcessors() == 1 ? "0 0" : "0,1 0");
      assertThat(stack.inspect("{{.HostConfig.CpuShares}}")).doesNotContain("0");
      assertThat(stack.inspect("{{.HostConfig.Memory}}")).doesNotContain("0");
      assertThat(stack.inspect("{{json .HostConfig.PortBindings}}"))
          .filteredOn(ports -> !ports.equals("{}") && !ports.equals("null"))
          .hasSize(2)
          .filteredOn(ports -> !ports.contains("127.0.0.1"))
          .hasSize(1);
    }
  }

  /** What the next test sees in containers of one version, both make of the files. */
  @ParameterizedTest
  @EnumSource
  void mergedFiles_haveQuotasAndNoSet(Version version) throws Exception {
    version.assumeIsThere();
    Map<String, Object> merged =
        new Yaml().load(ComposeStack.config(version.command, HOST_WITH_QUOTAS));
    int services = 0;
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) merged.get("services")).entrySet()) {
      Map<?, ?> service = (Map<?, ?>) entry.getValue();
      if (!service.containsKey("profiles")) {
        services++;
        Object set = service.get("cpuset");
        assertThat(set == null || set.equals("")).as("%s", entry.getKey()).isTrue();
        assertThat(service.containsKey("cpus")).as("%s", entry.getKey()).isTrue();
        assertThat("host".equals(service.get("network_mode")))
            .isEqualTo(entry.getKey().equals("nginx"));
      }
    }
    assertThat(services).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource(names = "V2")
  void hostsNetwork_withQuotas(Version version) throws Exception {
    version.assumeIsThere();
    try (ComposeStack stack = ComposeStack.up(summaryDir, version.command, HOST_WITH_QUOTAS)) {
      assertHealthy(stack);
      assertThat(stack.inspect("{{.HostConfig.CpusetCpus}}")).containsOnly("");
      assertThat(stack.inspect("{{.HostConfig.NanoCpus}}")).doesNotContain("0");
      assertThat(stack.inspect("{{.HostConfig.NetworkMode}}"))
          .hasSize(8)
          .filteredOn("host"::equals)
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cpuThatTheMachineLacks_endsTheBuild(Version version) throws Exception {
    version.assumeIsThere();
    String said = ComposeStack.build(version.command, "0,4095");
    assertThat(said)
        .doesNotStartWith("0\n")
        .contains("HOLDFAST_CPUSET is 0,4095, and this machine has CPU");
  }

  /** {@code up} has waited for a write and for its read. */
  private static void assertHealthy(ComposeStack stack) throws Exception {
    for (String service : stack.services()) {
      Await.until(service + " is healthy", () -> stack.isHealthy(service));
    }
    assertThat(stack.inspect("{{.RestartCount}}")).containsOnly("0");
  }
}
