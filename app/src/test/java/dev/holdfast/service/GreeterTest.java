package dev.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.cli.Main;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A service that no shared file knows, in the sidecars behind nginx, and alone on its own port.
 * docs/adding-a-service.md walks through it.
 */
class GreeterTest {
  private static final Greeter GREETER = new Greeter();

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Tag("nginx")
  @Test
  void inTheSidecars_itIsReachedThroughNginx() throws Exception {
    var services = new ArrayList<>(HostedServices.ALL);
    services.add(new Configured<>(GREETER, new Greeter.Config("good day")));
    StackConfig config =
        TrafficStack.withServices(
            TrafficStack.config(directory, FilesConfig.DEFAULT, StagingLimits.DEFAULT), services);
    try (Stack stack = TrafficStack.start(config)) {
      var front = new Api(stack.front());
      assertThat(front.ask("GET", "/greet").text()).isEqualTo("good day");
      assertThat(front.ask("GET", "/current").status()).as("the others go on").isEqualTo(200);
      assertThat(sidecarsThatSay(config, "/metrics", "greeter_greetings_total 1.0")).isEqualTo(1);
      assertThat(sidecarsThatSay(config, "/status", "\"greeted\":true")).isEqualTo(1);
    }
  }

  private static long sidecarsThatSay(StackConfig config, String page, String text)
      throws IOException {
    long count = 0;
    for (String sidecar : config.ring()) {
      if (new Api(URI.create("http://" + sidecar)).ask("GET", page).text().contains(text)) {
        count++;
      }
    }
    return count;
  }

  /** {@code holdfast greeter} has everything that the chassis brings. */
  @Test
  void alone_itHasItsPortHealthStatusAndMetrics() throws Exception {
    int port = FreePorts.one();
    var process =
        new FutureTask<>(
            () -> run("--port", "" + port, "--data-dir", data(), "--greeting", "good night"));
    var thread = new Thread(process);
    thread.start();
    var api = new Api(URI.create("http://127.0.0.1:" + port));
    Await.until("it is ready", () -> process.isDone() || isHealthy(api));
    assertThat(api.ask("GET", "/greet").text()).isEqualTo("good night");
    assertThat(api.ask("PUT", "/greet").status()).isEqualTo(405);
    RawResponse status = api.ask("GET", "/status");
    assertThat(new ObjectMapper().readTree(status.text()).toString())
        .isEqualTo("{\"service\":\"greeter\",\"ready\":true,\"greeted\":true}");
    assertThat(api.ask("GET", "/metrics").text())
        .contains("greeter_greetings_total 1.0")
        .contains("holdfast_http_requests_seconds_count");
    assertThat(Path.of(data())).isDirectory();
    thread.interrupt();
    thread.join();
    assertThat(process.isDone()).isTrue();
    new ServerSocket(port).close(); // it has ended completely
  }

  private static boolean isHealthy(Api api) {
    try {
      return api.ask("GET", "/health").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A configuration file has a section for it without a change to any shared file. */
  @Test
  void file_hasASectionForIt() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("holdfast.yaml"),
            "greeter:\n  greeting: good morning\n  port: 7071\n  data-dir: greetings\n");
    for (String command : List.of("greeter", "up", "sidecar")) {
      CommandLine holdfast = Main.commandLine(List.of(GREETER));
      holdfast.parseArgs(command, "--config", file.toString());
      var options = holdfast.getSubcommands().get(command).getCommandSpec();
      assertThat((String) options.findOption("--greeting").getValue()).isEqualTo("good morning");
      int port = options.findOption("--port").getValue();
      assertThat(port == 7071).as(command).isEqualTo(command.equals("greeter"));
    }
  }

  @Test
  void file_withAnUnknownKey_isRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("holdfast.yaml"), "greeter:\n  greting: a\n");
    assertThat(run("--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith(
            "holdfast greeter: "
                + file
                + ", line 2: no key 'greting' in 'greeter';"
                + " did you mean 'greeting'?");
  }

  @Test
  void help_teaches() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("Says hello.")
        .contains("--greeting")
        .contains("HOLDFAST_GREETER_PORT")
        .contains("default 7070")
        .contains("default hello");
  }

  @Test
  void commandBelow_runsInPlaceOfTheService() {
    assertThat(run("say", "Ada")).isZero();
    assertThat(out.toString()).isEqualTo("hello Ada" + System.lineSeparator());
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void commandBelow_isInTheHelp_andRefusesLikeAll() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("say").contains("Greets somebody once.");
    assertThat(run("say", " ")).isEqualTo(2);
    assertThat(run("say", "Ada", "--loud")).isEqualTo(2);
    assertThat(errors.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("holdfast greeter say: NAME must not be empty"),
            line -> assertThat(line).startsWith("holdfast greeter say: Unknown option: '--loud'"));
  }

  @Test
  void takenPort_namesTheOption() throws Exception {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThat(run("--port", "" + taken.getLocalPort(), "--data-dir", data())).isEqualTo(2);
    }
    assertThat(errors.toString().strip())
        .startsWith("holdfast greeter: --host, --port: cannot listen on 127.0.0.1:");
  }

  @Test
  void unusableDirectory_namesTheOption() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(run("--port", "0", "--data-dir", file.toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("--data-dir: cannot create ").contains(file.toString());
  }

  @Test
  void badSetting_namesItsOption() {
    assertThat(run("--port", "0", "--data-dir", data(), "--greeting", " ")).isEqualTo(2);
    assertThat(errors.toString()).contains("--greeting must not be empty");
  }

  private String data() {
    return directory.resolve("data/greeter").toString();
  }

  private int run(String... args) {
    CommandLine holdfast = Main.commandLine(List.of(GREETER));
    CommandLine greeter = holdfast.getSubcommands().get("greeter");
    greeter.setOut(new PrintWriter(out)).setErr(new PrintWriter(errors, true));
    holdfast.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
    var all = new ArrayList<String>();
    all.add("greeter");
    all.addAll(List.of(args));
    return holdfast.execute(all.toArray(String[]::new));
  }
}
