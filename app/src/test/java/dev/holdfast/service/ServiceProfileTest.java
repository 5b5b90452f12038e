package dev.holdfast.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * A service in a container of its own, by one line of {@code compose/services}. No Docker is
 * needed.
 */
final class ServiceProfileTest {
  private static final Path COMPOSE = Path.of("..", "compose");
  private static final String GREETER = "greeter 7070 HOLDFAST_GREETER_GREETING # says hello";

  @TempDir private Path directory;

  @Test
  void line_makesAServiceWithAProfileOfItsName() throws Exception {
    Map<String, Object> greeter = services(printed(GREETER)).get("greeter");

    assertThat(greeter)
        .containsEntry("profiles", List.of("greeter"))
        .containsEntry("image", "holdfast-app:local")
        .containsEntry("command", List.of("greeter"))
        .containsEntry("user", "7070:7070")
        .containsEntry("ports", List.of("${HOLDFAST_GREETER_PUBLISH:-127.0.0.1:7070}:7070"))
        .containsEntry("cpus", "${HOLDFAST_GREETER_CPUS:-0.50}")
        .containsEntry("mem_limit", "${HOLDFAST_GREETER_MEMORY:-256m}")
        .containsEntry("volumes", List.of("greeter:/data", "logs:/logs"));
    var environment = new HashMap<String, Object>();
    environment.put("HOLDFAST_GREETER_HOST", "0.0.0.0");
    environment.put("HOLDFAST_GREETER_PORT", "7070");
    environment.put("HOLDFAST_GREETER_DATA_DIR", "/data");
    environment.put("HOLDFAST_GREETER_GREETING", null);
    environment.put("HOLDFAST_LOG_LEVEL", "${HOLDFAST_LOG_LEVEL:-INFO}");
    environment.put("HOLDFAST_LOG_FILE", "/logs/greeter.log");
    environment.put("JAVA_OPTS", "${HOLDFAST_GREETER_JAVA_OPTS:-}");
    assertThat(greeter.get("environment")).isEqualTo(environment);
  }

  /** What contains a sidecar contains it, and its health is asked in the same way. */
  @Test
  void service_isContainedAndAskedLikeASidecar() throws Exception {
    Map<String, Map<String, Object>> services = services(printed(GREETER));
    Map<String, Object> greeter = services.get("greeter");
    Map<String, Object> sidecar = services.get("sidecar-1");
    for (String key :
        List.of(
            "init",
            "restart",
            "read_only",
            "cap_drop",
            "security_opt",
            "pids_limit",
            "logging",
            "tmpfs",
            "build",
            "extra_hosts")) {
      assertThat(greeter.get(key)).as(key).isNotNull().isEqualTo(sidecar.get(key));
    }
    var check = new LinkedHashMap<Object, Object>((Map<?, ?>) sidecar.get("healthcheck"));
    check.put("test", List.of("CMD", "/opt/holdfast/probe", "7070", "/health"));
    assertThat(greeter.get("healthcheck")).isEqualTo(check);
  }

  @Test
  void everythingElse_staysAsItIs() throws Exception {
    Map<String, Object> with = printed(GREETER);
    Map<String, Object> without = printed("");
    assertThat(services(with).remove("greeter")).isNotNull();
    assertThat(((Map<?, ?>) with.get("volumes")).remove("greeter")).isEqualTo(Map.of());
    assertThat(with).isEqualTo(without);
  }

  @Test
  void services_haveUsersAndAddressesOfTheirOwn() throws Exception {
    Map<String, Map<String, Object>> services =
        services(printed(GREETER + "\n\n# another one\nparter 7071"));
    var users = new TreeMap<String, Object>();
    var addresses = new TreeMap<String, Object>();
    services.forEach(
        (name, service) -> {
          if (service.containsKey("user")) {
            users.put(name, service.get("user"));
          }
          if (service.get("networks") instanceof Map<?, ?> networks) {
            addresses.put(name, networks.get("front"));
          }
        });
    assertThat(users.values()).doesNotHaveDuplicates();
    assertThat(addresses.values()).doesNotHaveDuplicates();
    assertThat(addresses).containsKeys("greeter", "parter");
  }

  @Test
  void count_makesSoManyContainersOnOneVolume() throws Exception {
    Map<String, Object> file = printed("greeter 7070 x2 HOLDFAST_GREETER_GREETING");
    Map<String, Map<String, Object>> services = services(file);
    assertThat(services).containsKeys("greeter-1", "greeter-2").doesNotContainKey("greeter");
    for (int i = 1; i <= 2; i++) {
      Map<String, Object> greeter = services.get("greeter-" + i);
      assertThat(greeter)
          .containsEntry("profiles", List.of("greeter"))
          .containsEntry("command", List.of("greeter"))
          .containsEntry(
              "ports",
              List.of("${HOLDFAST_GREETER_PUBLISH_%d:-127.0.0.1:%d}:7070".formatted(i, 7069 + i)))
          .containsEntry("cpus", "${HOLDFAST_GREETER_CPUS:-0.50}")
          .containsEntry("volumes", List.of("greeter:/data", "logs:/logs"));
      var environment = (Map<?, ?>) greeter.get("environment");
      assertThat(environment.get("HOLDFAST_GREETER_ID")).isEqualTo("" + i);
      assertThat(environment.containsKey("HOLDFAST_GREETER_GREETING")).isTrue();
      assertThat(environment.get("HOLDFAST_LOG_FILE")).isEqualTo("/logs/greeter-" + i + ".log");
    }
    assertThat(services.get("greeter-1").get("networks"))
        .isNotEqualTo(services.get("greeter-2").get("networks"));
    assertThat(((Map<?, ?>) file.get("volumes")).containsKey("greeter")).isTrue();
    assertThat(((Map<?, ?>) file.get("volumes")).containsKey("greeter-1")).isFalse();
  }

  /** The directory that a new volume takes its rights from. */
  @Test
  void image_hasTheDirectoryOfTheData() throws IOException {
    assertThat(Files.readString(COMPOSE.resolve("Dockerfile")))
        .containsPattern("mkdir -m 1777 [^\\n]*/data ");
  }

  @Test
  void variables_areThoseOfTheCommand() throws Exception {
    var environment = (Map<?, ?>) services(printed(GREETER)).get("greeter").get("environment");
    assertThat(environment.keySet())
        .allSatisfy(
            variable -> {
              if (variable.toString().startsWith("HOLDFAST_GREETER_")) {
                assertThat(help(new Greeter())).contains(variable.toString());
              }
            });
  }

  /** No variable of the environment has a dash in its name. */
  @Test
  void variables_ofANameWithADash_areThoseOfTheCommand() throws Exception {
    Map<String, Object> service = services(printed("site-greeter 7072")).get("site-greeter");

    assertThat(service)
        .containsEntry("command", List.of("site-greeter"))
        .containsEntry("ports", List.of("${HOLDFAST_SITE_GREETER_PUBLISH:-127.0.0.1:7072}:7072"))
        .containsEntry("cpus", "${HOLDFAST_SITE_GREETER_CPUS:-0.50}")
        .containsEntry("mem_limit", "${HOLDFAST_SITE_GREETER_MEMORY:-256m}");
    String help = help(new SiteGreeter());
    for (String end : List.of("HOST", "PORT", "DATA_DIR")) {
      String variable = "HOLDFAST_SITE_GREETER_" + end;
      assertThat(((Map<?, ?>) service.get("environment")).containsKey(variable)).isTrue();
      assertThat(help).contains(variable);
    }
  }

  /** A service whose name has two words. */
  private static final class SiteGreeter implements ServiceType<Greeter.Config> {
    @Override
    public String name() {
      return "site-greeter";
    }

    @Override
    public String description() {
      return "Says hello to a site.";
    }

    @Override
    public ServiceOptions<Greeter.Config> options() {
      return new Greeter.Options();
    }

    @Override
    public int port() {
      return 7072;
    }

    @Override
    public Service start(Greeter.Config config, ServiceContext context) {
      return new Greeter().start(config, context);
    }
  }

  private static String help(ServiceType<?> type) {
    return Main.commandLine(List.of(type)).getSubcommands().get(type.name()).getUsageMessage();
  }

  @SuppressWarnings("unchecked") // what YAML says is looked at, not trusted
  private static Map<String, Map<String, Object>> services(Map<String, Object> file) {
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  /** What {@code compose/stack 3} prints with these lines. */
  private Map<String, Object> printed(String lines) throws IOException, InterruptedException {
    Path stack = directory.resolve("stack");
    if (Files.notExists(stack)) {
      Files.copy(COMPOSE.resolve("stack"), stack);
    }
    Files.writeString(directory.resolve("services"), lines + "\n");
    Process process =
        new ProcessBuilder("bash", stack.toString(), "3")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return new Yaml().load(printed);
  }
}
