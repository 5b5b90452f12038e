package dev.holdfast.system.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.nginx.NginxConfig;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The promises of the Compose file, for every number of pairs. No Docker is needed. */
public final class ComposeFileTest {
  private static final BigDecimal CPUS_MAX = BigDecimal.valueOf(2);
  private static final String CPUSET = "${HOLDFAST_CPUSET:-0,1}";
  private static final long MEMORY_BYTES_MAX = 4_000_000_000L;
  private static final Path COMPOSE = Path.of("..", "compose");

  @Test
  void theFilesAreThoseOfThreePairs() throws Exception {
    assertThat(COMPOSE.resolve("docker-compose.yml")).content(UTF_8).isEqualTo(printed(3));
    assertThat(COMPOSE.resolve("quotas.yml")).content(UTF_8).isEqualTo(printed(3, "--quotas"));
    assertThat(COMPOSE.resolve("host.yml")).content(UTF_8).isEqualTo(printed(3, "--host"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void allTogetherTakeFourGigabytes(int pairs) throws Exception {
    long bytes = 0;
    for (Map<String, Object> service : ofTheStack(services(pairs)).values()) {
      bytes += bytes(service.get("mem_limit").toString());
    }
    assertThat(bytes).isLessThanOrEqualTo(MEMORY_BYTES_MAX);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void allTogetherTakeTwoCpus(int pairs) throws Exception {
    assertTwoCpus(ofTheStack(services(pairs)));
    assertTwoCpus(withQuotas(pairs));
    for (Map<String, Object> service : ofTheStack(services(pairs)).values()) {
      assertThat(service).containsEntry("cpuset", CPUSET).containsKey("cpu_shares");
    }
    for (Map<String, Object> service : withQuotas(pairs).values()) {
      assertThat(service).containsKey("cpus");
    }
  }

  /**
   * The image checks the set before it is built. Each service has its images checked for its own.
   */
  @Test
  void everyBuildGetsTheSetToCheck() throws Exception {
    for (Map<String, Object> service : ofTheStack(services(5)).values()) {
      Map<?, ?> build = (Map<?, ?>) service.get("build");
      assertThat(((Map<?, ?>) build.get("args")).get("HOLDFAST_CPUSET")).isEqualTo(CPUSET);
    }
  }

  @Test
  void quota_isTheShareOfTheTwoCpus() throws Exception {
    Map<String, Map<String, Object>> stack = ofTheStack(services(3));
    Map<String, Map<String, Object>> quotas = withQuotas(3);
    stack.forEach(
        (name, service) ->
            assertThat(new BigDecimal(quotas.get(name).get("cpus").toString()))
                .as("the share of %s, in CPUs", name)
                .isEqualByComparingTo(
                    new BigDecimal(service.get("cpu_shares").toString())
                        .divide(BigDecimal.valueOf(2000))));
  }

  /** A check that finds these finds what they stand for. */
  @ParameterizedTest
  @EnumSource
  void breachOfTheTwoCpus_isFound(Breach breach) throws Exception {
    Map<String, Map<String, Object>> stack =
        breach.ofQuotas ? withQuotas(3) : ofTheStack(services(3));
    breach.in(stack.get("sidecar-2"));
    assertThatThrownBy(() -> assertTwoCpus(stack)).isInstanceOf(AssertionError.class);
  }

  enum Breach {
    NEITHER(false) {
      @Override
      void in(Map<String, Object> service) {
        service.remove("cpuset");
      }
    },
    EMPTY_SET(false) {
      @Override
      void in(Map<String, Object> service) {
        service.put("cpuset", "");
      }
    },
    OTHER_SET(false) {
      @Override
      void in(Map<String, Object> service) {
        service.put("cpuset", "2,3");
      }
    },
    MIX(false) {
      @Override
      void in(Map<String, Object> service) {
        service.remove("cpuset");
        service.put("cpus", "0.1");
      }
    },
    QUOTA_IN_THE_SET(false) {
      @Override
      void in(Map<String, Object> service) {
        service.put("cpus", "0.31");
      }
    },
    NO_SHARES(false) {
      @Override
      void in(Map<String, Object> service) {
        service.remove("cpu_shares");
      }
    },
    TOO_MUCH(true) {
      @Override
      void in(Map<String, Object> service) {
        service.put("cpus", "0.35");
      }
    },
    NO_QUOTA(true) {
      @Override
      void in(Map<String, Object> service) {
        service.remove("cpus");
      }
    },
    NO_END(true) {
      @Override
      void in(Map<String, Object> service) {
        service.put("cpus", "0");
      }
    };

    private final boolean ofQuotas;

    Breach(boolean ofQuotas) {
      this.ofQuotas = ofQuotas;
    }

    abstract void in(Map<String, Object> service);
  }

  /**
   * Checks that services are on the same two CPUs, each with its shares, or that the quotas of all
   * add up to two at most.
   */
  private static void assertTwoCpus(Map<String, Map<String, Object>> services) {
    Set<Object> sets = new HashSet<>();
    BigDecimal cpus = BigDecimal.ZERO;
    for (Map.Entry<String, Map<String, Object>> service : services.entrySet()) {
      Object set = service.getValue().get("cpuset");
      sets.add(set == null ? "" : set);
      Object quota = service.getValue().get("cpus");
      boolean isInSet = CPUSET.equals(set);
      assertThat(quota == null).as("%s has either", service.getKey()).isEqualTo(isInSet);
      if (isInSet) {
        assertThat((Integer) service.getValue().get("cpu_shares")).isGreaterThanOrEqualTo(2);
      } else {
        assertThat(new BigDecimal(quota.toString())).isPositive();
        cpus = cpus.add(new BigDecimal(quota.toString()));
      }
    }
    assertThat(sets).hasSize(1).isSubsetOf(CPUSET, "");
    assertThat(cpus).isLessThanOrEqualTo(CPUS_MAX);
  }

  /** Returns the services of the stack with the file of quotas merged, as Compose does it. */
  @SuppressWarnings("unchecked") // the YAML is checked, not trusted
  private static Map<String, Map<String, Object>> withQuotas(int pairs) throws Exception {
    Map<String, Map<String, Object>> merged = ofTheStack(services(pairs));
    Map<String, Object> file = new Yaml().load(printed(pairs, "--quotas"));
    ((Map<String, Map<String, Object>>) file.get("services"))
        .forEach((name, quota) -> merged.get(name).putAll(quota));
    return merged;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,1 | 0 | HOLDFAST_CPUSET is 0,1, and this machine has CPU 0 alone. HOLDFAST_CPUSET=0 docker",
        "0,1 | 2-5,8 | HOLDFAST_CPUSET is 0,1, and this machine has CPUs 2-5,8. HOLDFAST_CPUSET=2,3 docker",
        "0-3 | 0-2 | HOLDFAST_CPUSET is 0-3, and this machine has CPUs 0-2. HOLDFAST_CPUSET=0,1 docker",
        "x | 0-2 | HOLDFAST_CPUSET is 'x'",
        "1-0 | 0-2 | HOLDFAST_CPUSET is '1-0'",
        "0,1, | 0-2 | HOLDFAST_CPUSET is '0,1,'",
        "0,1 | 0-1 | ''",
        "1 | 0-1 | ''",
        "3,10-11 | 0-15 | ''"
      })
  void cpusThatTheMachineLacks(String set, String has, String said) throws Exception {
    Process check =
        new ProcessBuilder("bash", COMPOSE.resolve("check-cpuset").toString(), set, has)
            .redirectErrorStream(true)
            .start();
    String answer = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor() == 0).isEqualTo(said.isEmpty());
    assertThat(answer.replace("Name CPUs that it has: ", "")).startsWith(said);
    assertThat(answer.isEmpty()).isEqualTo(said.isEmpty());
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
              .containsKeys("mem_limit", "pids_limit")
              .containsKey(service.containsKey("profiles") ? "cpus" : "cpuset")
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

  /** nginx is in the host's network there, and nothing else differs. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void nginxInTheHostsNetwork(int pairs) throws Exception {
    Map<String, Map<String, Object>> usual = services(printed(pairs));
    Map<String, Map<String, Object>> host = services(printed(pairs, "--host"));
    Map<String, Object> nginx = host.remove("nginx");
    Map<String, Object> published = usual.remove("nginx");
    assertThat(host).isEqualTo(usual);
    assertThat(nginx).containsEntry("network_mode", "host").doesNotContainKeys("networks", "ports");
    assertThat(environment(nginx, "HOLDFAST_NGINX_LISTEN_PORT"))
        .isEqualTo("${HOLDFAST_PORT:-8080}");
    assertThat(((Map<?, ?>) nginx.get("healthcheck")).get("test"))
        .isEqualTo(
            List.of("CMD", "/opt/holdfast/probe", "${HOLDFAST_PORT:-8080}", "/_idle", "204"));
    for (Map<String, Object> either : List.of(nginx, published)) {
      either
          .keySet()
          .removeAll(Set.of("network_mode", "networks", "ports", "environment", "healthcheck"));
    }
    assertThat(nginx).isEqualTo(published);
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
  private static Map<String, Map<String, Object>> services(String printed) {
    Map<String, Object> file = new Yaml().load(printed);
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  private static Map<String, Map<String, Object>> services(int pairs) throws Exception {
    return services(printed(pairs));
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

  private static String printed(int pairs, String... form)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of("bash", COMPOSE.resolve("stack").toString(), Integer.toString(pairs)));
    command.addAll(List.of(form));
    Process stack =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(stack.getInputStream().readAllBytes(), UTF_8);
    assertThat(stack.waitFor()).isZero();
    return printed;
  }
}
