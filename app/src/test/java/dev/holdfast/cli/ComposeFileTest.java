package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What the Compose file promises, for every number of pairs. No Docker is needed. */
final class ComposeFileTest {
  private static final BigDecimal CPUS_MAX = BigDecimal.valueOf(2);
  private static final long MEMORY_BYTES_MAX = 4_000_000_000L;
  private static final Path COMPOSE = Path.of("..", "compose");

  @Test
  void theFileIsThatOfThreePairs() throws Exception {
    assertThat(COMPOSE.resolve("docker-compose.yml")).content(UTF_8).isEqualTo(printed(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void allTogetherTakeTwoCpusAndFourGigabytes(int pairs) throws Exception {
    BigDecimal cpus = BigDecimal.ZERO;
    long bytes = 0;
    for (Map<String, Object> service : services(pairs).values()) {
      cpus = cpus.add(new BigDecimal(service.get("cpus").toString()));
      bytes += bytes(service.get("mem_limit").toString());
    }
    assertThat(cpus).isLessThanOrEqualTo(CPUS_MAX);
    assertThat(bytes).isLessThanOrEqualTo(MEMORY_BYTES_MAX);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void everyServiceIsContained(int pairs) throws Exception {
    Map<String, Map<String, Object>> services = services(pairs);
    assertThat(services).hasSize(1 + 2 * pairs);
    services.forEach(
        (name, service) -> {
          assertThat(service)
              .as(name)
              .containsEntry("restart", "unless-stopped")
              .containsEntry("read_only", true)
              .containsEntry("init", true)
              .containsEntry("cap_drop", List.of("ALL"))
              .containsEntry("security_opt", List.of("no-new-privileges:true"))
              .containsKeys("cpus", "mem_limit", "pids_limit")
              .doesNotContainKeys("privileged", "cap_add", "network_mode", "pid", "ipc");
          assertThat(service.get("logging"))
              .as(name)
              .isEqualTo(
                  Map.of(
                      "driver",
                      "json-file",
                      "options",
                      Map.of("max-size", "10m", "max-file", "3")));
          assertThat(service.containsKey("ports")).as(name).isEqualTo(name.equals("nginx"));
        });
    assertThat(services.get("nginx").get("ports"))
        .isEqualTo(List.of("${HOLDFAST_PORT:-8080}:8080"));
  }

  /**
   * The stand-in has its health check in its image: another file server may have no shell for one.
   */
  @Test
  void everyServiceHasAHealthCheck() throws Exception {
    services(5)
        .forEach(
            (name, service) ->
                assertThat(service.containsKey("healthcheck"))
                    .as(name)
                    .isEqualTo(!name.startsWith("fileserver-")));
    assertThat(COMPOSE.resolve("Dockerfile")).content(UTF_8).contains("\nHEALTHCHECK ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void everySidecarHasAUserAndAPartOfItsOwn(int pairs) throws Exception {
    Map<String, Map<String, Object>> services = services(pairs);
    String ring = environment(services.get("nginx"), "HOLDFAST_RING");
    assertThat(ring.split(",", -1)).hasSize(pairs);
    for (int i = 1; i <= pairs; i++) {
      Map<String, Object> sidecar = services.get("sidecar-" + i);
      assertThat(environment(sidecar, "HOLDFAST_RING")).isEqualTo(ring);
      assertThat(environment(sidecar, "HOLDFAST_SELF")).isEqualTo(ring.split(",", -1)[i - 1]);
      assertThat(environment(sidecar, "HOLDFAST_ORIGIN"))
          .isEqualTo("http://fileserver-" + i + ":1234");
      assertThat(sidecar.get("user")).isEqualTo("1000" + i + ":10000");
      assertThat(services.get("nginx").get("depends_on"))
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
          .containsEntry("sidecar-" + i, Map.of("condition", "service_healthy"));
    }
    assertThat(services.get("nginx").get("volumes")).isEqualTo(List.of("staging:/staging:ro"));
  }

  @Test
  void theBaseImagesArePinned() throws IOException {
    List<String> images =
        Files.readAllLines(COMPOSE.resolve("Dockerfile")).stream()
            .filter(
                line ->
                    line.startsWith("ARG ") && line.contains("_IMAGE=") && !line.endsWith("=app"))
            .toList();
    assertThat(images).hasSize(3).allMatch(line -> line.matches("ARG \\w+=[a-z/]+:\\d+\\.\\d+.*"));
  }

  private static String environment(Map<String, Object> service, String variable) {
    return ((Map<?, ?>) service.get("environment")).get(variable).toString();
  }

  private static long bytes(String limit) {
    assertThat(limit).matches("\\d+m");
    return Long.parseLong(limit.substring(0, limit.length() - 1)) * 1024 * 1024;
  }

  @SuppressWarnings("unchecked") // what YAML says is looked at, not trusted
  private static Map<String, Map<String, Object>> services(int pairs) throws Exception {
    Map<String, Object> file = new Yaml().load(printed(pairs));
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  private static String printed(int pairs) throws IOException, InterruptedException {
    Process stack =
        new ProcessBuilder("bash", COMPOSE.resolve("stack").toString(), Integer.toString(pairs))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(stack.getInputStream().readAllBytes(), UTF_8);
    assertThat(stack.waitFor()).isZero();
    return printed;
  }
}
