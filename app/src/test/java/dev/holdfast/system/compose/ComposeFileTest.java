package dev.holdfast.system.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.nginx.NginxConfig;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The promises of the Compose file, for every number of pairs. No Docker is needed. */
public final class ComposeFileTest {
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
    for (Map<String, Object> service : ofTheStack(services(pairs)).values()) {
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
    assertThat(ofTheStack(services)).hasSize(2 + 2 * pairs);
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
        });
  }

  /** Only nginx is open to everybody; a service is open to those that its variable names. */
  @Test
  void whatIsPublished() throws Exception {
    var published = new TreeMap<String, Object>();
    services(5).forEach((name, service) -> published.put(name, service.get("ports")));
    published.values().removeIf(Objects::isNull);
    for (String alone : alone(services(5)).keySet()) {
      assertThat(published.remove(alone).toString()).as(alone).contains(":-127.0.0.1:");
    }
    assertThat(published)
        .isEqualTo(
            Map.of(
                "nginx", List.of("${HOLDFAST_PORT:-8080}:8080"),
                "scoreboard", List.of("127.0.0.1:${HOLDFAST_SCOREBOARD_PORT:-8090}:8090"),
                "prometheus", List.of("127.0.0.1:${HOLDFAST_PROMETHEUS_PORT:-9090}:9090"),
                "grafana", List.of("127.0.0.1:${HOLDFAST_GRAFANA_PORT:-3000}:3000")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void monitoring_isAskedForByName_andFollowsThePairs(int pairs) throws Exception {
    Map<String, Map<String, Object>> services = services(pairs);
    Map<String, Map<String, Object>> monitoring = new TreeMap<>(services);
    monitoring.keySet().removeAll(ofTheStack(services).keySet());
    monitoring.keySet().removeAll(alone(services).keySet());
    monitoring.remove("watch-db");
    assertThat(monitoring).containsOnlyKeys("alloy", "grafana", "loki", "prometheus");
    monitoring.forEach(
        (name, service) -> {
          assertThat(service).as(name).containsEntry("profiles", List.of("monitoring"));
          assertThat(service.get("image").toString()).matches("[a-z/]+:v?\\d+\\.\\d+\\.\\d+");
          assertThat(service.get("user").toString()).as(name).doesNotStartWith("0");
          assertThat(service.get("volumes").toString()).as(name).doesNotContain("docker.sock");
        });
    String ring = environment(services.get("nginx"), "HOLDFAST_RING");
    assertThat(environment(services.get("prometheus"), "HOLDFAST_RING")).isEqualTo(ring);
    assertThat(environment(services.get("scoreboard"), "HOLDFAST_SCOREBOARD_SIDECARS"))
        .isEqualTo(ring);
  }

  /** The database asks for no password. So nobody but the watcher is in its network. */
  @Test
  void databaseOfTheWatcher_isReachedByTheWatcherAlone() throws Exception {
    Map<String, Map<String, Object>> services = services(3);
    Map<String, Object> database = services.get("watch-db");
    assertThat(database)
        .containsEntry("profiles", services.get("watch").get("profiles"))
        .containsEntry("networks", List.of("watch"))
        .doesNotContainKey("ports");
    assertThat(database.get("image").toString()).matches("postgres:\\d+\\.\\d+");
    services.forEach(
        (name, service) -> {
          boolean isInside = service.get("networks").toString().matches(".*\\bwatch\\b(?!-).*");
          assertThat(isInside).as(name).isEqualTo(List.of("watch", "watch-db").contains(name));
        });
    assertThat(environment(services.get("watch"), "HOLDFAST_WATCH_DB_URL"))
        .isEqualTo("${HOLDFAST_WATCH_DB_URL:-jdbc:postgresql://watch-db:5432/watch}");
  }

  /** Docker mounts a tmpfs so that no program in it runs, unless it is told otherwise. */
  @Test
  void watcher_mayLoadNativeCode_andNobodyElse() throws Exception {
    services(3)
        .forEach(
            (name, service) -> {
              String mounted = String.valueOf(service.get("tmpfs"));
              assertThat(mounted.contains(",exec")).as(name).isEqualTo(name.equals("watch"));
            });
  }

  @Test
  void nginx_isToldWhenToSetItsLogAside() throws Exception {
    assertThat(environment(services(1).get("nginx"), "HOLDFAST_NGINX_LOG_BYTES_MAX"))
        .isEqualTo("${HOLDFAST_NGINX_LOG_BYTES_MAX:-33554432}");
  }

  /**
   * A quarter of the memory is for the system's buffers of connections, and for the script that
   * rotates logs.
   */
  @Test
  void nginx_hasRoomInItsContainer_forAllItsConnections() throws Exception {
    NginxConfig.Workers workers = nginxWorkers();
    for (int pairs = 1; pairs <= 5; pairs++) {
      assertThat(workers.processes() * workers.memoryBytesMax())
          .isLessThanOrEqualTo(
              bytes(services(pairs).get("nginx").get("mem_limit").toString()) * 3 / 4);
    }
  }

  /** Returns the workers of the image. */
  public static NginxConfig.Workers nginxWorkers() throws IOException {
    Matcher option =
        Pattern.compile("--worker-memory-bytes-max (\\d+)")
            .matcher(Files.readString(COMPOSE.resolve("Dockerfile")));
    assertThat(option.find()).isTrue();
    return new NginxConfig.Workers("", 1, Long.parseLong(option.group(1)));
  }

  /** The Compose file has every path that the configurations of the monitoring name. */
  @Test
  void monitoring_isMountedWhereItIsLookedFor() throws Exception {
    Map<String, Map<String, Object>> services = services(3);
    String mounted = services.values().stream().map(s -> s.get("volumes")).toList().toString();
    for (String file :
        List.of("start-prometheus", "prometheus.yml", "rules.yml", "loki.yml", "config.alloy")) {
      assertThat(COMPOSE.resolve("monitoring").resolve(file)).isRegularFile();
    }
    Matcher mounts = Pattern.compile("\\./(monitoring[\\w/]*):(/[\\w/]+):ro").matcher(mounted);
    assertThat(mounts.results().map(mount -> COMPOSE.resolve(mount.group(1))).distinct().toList())
        .hasSize(3)
        .allSatisfy(dir -> assertThat(dir).isDirectory());
    Path provisioning = COMPOSE.resolve("monitoring/grafana/provisioning");
    assertThat(provisioning.resolve("dashboards/holdfast.yml"))
        .content(UTF_8)
        .contains("path: /etc/holdfast/dashboards");
    assertThat(mounted).contains("./monitoring/grafana/dashboards:/etc/holdfast/dashboards:ro");
  }

  /**
   * The stand-in has its health check in its image, since another file server may have no shell for
   * one. The images of Loki and Alloy may have none either.
   */
  @Test
  void everyServiceHasAHealthCheck() throws Exception {
    services(5)
        .forEach(
            (name, service) ->
                assertThat(service.containsKey("healthcheck"))
                    .as(name)
                    .isEqualTo(
                        !name.startsWith("fileserver-")
                            && !name.equals("loki")
                            && !name.equals("alloy")));
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
    assertThat(services.get("nginx").get("volumes"))
        .isEqualTo(List.of("staging:/staging:ro", "logs:/logs"));
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

  @SuppressWarnings("unchecked") // the YAML is checked, not trusted
  private static Map<String, Map<String, Object>> services(int pairs) throws Exception {
    Map<String, Object> file = new Yaml().load(printed(pairs));
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  /** Returns the services of the stack, without those of profiles. */
  private static Map<String, Map<String, Object>> ofTheStack(
      Map<String, Map<String, Object>> services) {
    var stack = new TreeMap<>(services);
    stack.values().removeIf(service -> service.containsKey("profiles"));
    return stack;
  }

  /** The services that run alone, each under a profile of its name without a number. */
  private static Map<String, Map<String, Object>> alone(Map<String, Map<String, Object>> services) {
    var alone = new TreeMap<>(services);
    alone
        .entrySet()
        .removeIf(
            e ->
                !(e.getValue().get("profiles") instanceof List<?> profiles)
                    || !profiles.contains(e.getKey().replaceFirst("-[0-9]$", "")));
    return alone;
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
