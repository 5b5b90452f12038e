package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.QuietLogs;
import dev.holdfast.cli.Main;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.service.Configured;
import dev.holdfast.service.ProcessConfig;
import dev.holdfast.service.ServiceProcess;
import dev.holdfast.service.StartFailure;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An actor as a process: its directory, its status, its meters, its command. */
class CountersTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  @TempDir private Path directory;

  @Test
  void start_withoutConfiguration_isHealthy_andSaysSo() throws Exception {
    try (ServiceProcess actor = start(config())) {
      assertThat(get(actor, "/health").status()).isEqualTo(200);
      JsonNode status = status(actor);
      assertThat(status.path("service").asText()).isEqualTo("counters");
      assertThat(status.path("state").asText()).contains("POST /config");
      assertThat(status.path("found").path("new").asBoolean()).isTrue();
      assertThat(status.path("found").path("directory").asText()).endsWith("/3");
    }
  }

  @Test
  void restart_goesOnWithWhatItHad() throws Exception {
    String identity;
    try (ServiceProcess actor = start(config())) {
      identity = status(actor).path("actor").asText();
      assertThat(post(actor, "/counter/x", "5").status()).isEqualTo(200);
      assertThat(post(actor, "/config", list(actor)).status()).isEqualTo(200);
      assertThat(get(actor, "/counter/x/consistent_value").text()).isEqualTo("5");
      JsonNode status = status(actor);
      assertThat(status.path("state").asText()).isEqualTo("counting");
      assertThat(status.path("sequence").asInt()).isEqualTo(1);
      assertThat(status.path("configuration").path("version").asInt()).isEqualTo(1);
    }
    try (ServiceProcess actor = start(config())) {
      JsonNode status = status(actor);
      assertThat(status.path("actor").asText()).isEqualTo(identity);
      assertThat(status.path("found").path("new").asBoolean()).isFalse();
      assertThat(status.path("found").path("formerSlots").asInt()).isEqualTo(1);
      assertThat(status.path("found").path("counters").asInt()).isEqualTo(1);
      assertThat(status.path("configuration").path("actors")).hasSize(1);
      assertThat(get(actor, "/counter/x/value").text()).isEqualTo("5");
    }
  }

  @Test
  void status_showsPeersThatAreNotReached() throws Exception {
    try (ServiceProcess actor = start(config())) {
      int nobody = FreePorts.one();
      String list =
          "{\"actors\": [\"127.0.0.1:" + actor.port() + "\", \"127.0.0.1:" + nobody + "\"]}";
      assertThat(post(actor, "/config", list).status()).isEqualTo(200);
      JsonNode peer = status(actor).path("peers").path(0);
      assertThat(peer.path("address").asText()).isEqualTo("127.0.0.1:" + nobody);
      assertThat(peer.path("reachable").asBoolean()).isFalse();
      assertThat(peer.path("actor").asText()).isEqualTo("not heard yet");
    }
  }

  @Test
  void start_withADirectoryThatAProcessHas_isRefused() throws Exception {
    try (ServiceProcess actor = start(config())) {
      assertThat(actor.port()).isPositive();
      assertThatExceptionOfType(StartFailure.DirectoryUnusable.class)
          .isThrownBy(() -> start(config()).close())
          .withMessageContaining("/3 belongs to a process that runs")
          .withMessageContaining("a number of its own");
      assertThat(get(actor, "/health").status()).as("the first one goes on").isEqualTo(200);
    }
    start(config()).close(); // nothing is left of the refused one
  }

  @Test
  void start_withADamagedFile_isRefused_andGoesOnIfItIsSetAside() throws Exception {
    try (ServiceProcess actor = start(config())) {
      assertThat(post(actor, "/counter/x", "5").status()).isEqualTo(200);
    }
    Path file = file(directory.resolve("3/own"));
    byte[] bytes = Files.readAllBytes(file);
    bytes[40] ^= 1;
    Files.write(file, bytes);
    assertThatExceptionOfType(StartFailure.BadSetting.class)
        .isThrownBy(() -> start(config()).close())
        .withMessageStartingWith("setAside is false, and " + file + " is damaged at offset ");
    try (ServiceProcess actor = start(withSetAside())) {
      JsonNode aside = status(actor).path("found").path("setAside");
      assertThat(aside.path(0).asText()).contains(file.toString());
    }
  }

  private static Path file(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void meters_areThoseOfTheDocs() throws Exception {
    try (ServiceProcess actor = start(config())) {
      assertThat(post(actor, "/config", list(actor)).status()).isEqualTo(200);
      assertThat(post(actor, "/counter/x", "5").status()).isEqualTo(200);
      assertThat(get(actor, "/counter/x/consistent_value").status()).isEqualTo(200);
      String text = get(actor, "/metrics").text();
      assertThat(text)
          .contains("holdfast_counters_increments_total{outcome=\"counted\"} 1.0")
          .contains("holdfast_counters_read_seconds_count{outcome=\"exact\"} 1")
          .contains("holdfast_counters_rounds_total{kind=\"collect\"} ")
          .contains("holdfast_disk_force_seconds_count ");
      String docs = Files.readString(Path.of("..", "docs", "metrics.md"));
      List<String> helps =
          text.lines().filter(line -> line.startsWith("# HELP holdfast_counters_")).toList();
      assertThat(helps).hasSizeGreaterThan(10);
      assertThat(helps)
          .allSatisfy(
              help -> {
                String[] words = help.split(" ", 4);
                assertThat(docs).contains("| `" + words[2] + "` | ");
                if (!words[2].endsWith("_max")) {
                  assertThat(docs).contains("| " + words[3].strip());
                }
              });
    }
  }

  @Test
  void command_refusesANumberOutOfBounds() {
    assertThat(run("--id", "0")).startsWith("2 holdfast counters: --id must be 1 to 99999, not 0");
  }

  @Test
  void help_teaches() {
    assertThat(run("--help"))
        .startsWith("0 ")
        .contains("POST /config")
        .contains("--host, --bind")
        .contains("default 7777")
        .contains("HOLDFAST_COUNTERS_ID");
  }

  private static String run(String... args) {
    var said = new StringWriter();
    CommandLine holdfast = Main.commandLine();
    CommandLine counters = holdfast.getSubcommands().get("counters");
    for (CommandLine command : List.of(holdfast, counters)) {
      command.setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
    }
    int code =
        holdfast.execute(
            Stream.concat(Stream.of("counters"), Stream.of(args)).toArray(String[]::new));
    return code + " " + said;
  }

  private ServiceProcess start(CountersConfig config) throws StartFailure, IOException {
    return ServiceProcess.start(
        new ProcessConfig("127.0.0.1", FreePorts.one(), directory, HttpLimits.DEFAULT),
        new Configured<>(new Counters(), config));
  }

  private static CountersConfig config() {
    return config(false);
  }

  private static CountersConfig withSetAside() {
    return config(true);
  }

  private static CountersConfig config(boolean setAside) {
    var like = CountersConfig.DEFAULT;
    return new CountersConfig(
        3,
        like.ack(),
        like.readDeadlineMs(),
        like.keysMax(),
        like.keyAgeMs(),
        like.slotsMax(),
        like.forceSpacingMs(),
        setAside,
        false,
        List.of());
  }

  private static String list(ServiceProcess actor) {
    return "{\"actors\": [\"127.0.0.1:" + actor.port() + "\"]}";
  }

  private static JsonNode status(ServiceProcess actor) throws IOException {
    return new ObjectMapper().readTree(get(actor, "/status").text());
  }

  private static RawResponse get(ServiceProcess actor, String target) throws IOException {
    try (RawHttp http = connect(actor)) {
      return http.request("GET", target).response();
    }
  }

  private static RawResponse post(ServiceProcess actor, String target, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (RawHttp http = connect(actor)) {
      return http.request("POST", target, "Content-Length: " + bytes.length)
          .bytes(bytes)
          .response();
    }
  }

  private static RawHttp connect(ServiceProcess actor) throws IOException {
    return RawHttp.connect(URI.create("http://127.0.0.1:" + actor.port()), Patience.STEP);
  }
}
