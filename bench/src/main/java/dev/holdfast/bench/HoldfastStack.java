package dev.holdfast.bench;

import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * nginx and a sidecar for each file server, each a process of its own.
 *
 * <p>Threading: of one thread.
 */
final class HoldfastStack {
  private static final long READY_TIMEOUT_MS = 120_000;
  private static final int OK = 200;

  private final Ground ground;
  private final Variant variant;
  private final List<String> options;
  private final List<Integer> ports;
  private final List<Process> sidecars = new ArrayList<>();
  private Process nginx;
  private int port;

  private HoldfastStack(Ground ground, Variant variant, List<String> options, List<Integer> ports) {
    this.ground = ground;
    this.variant = variant;
    this.options = options;
    this.ports = ports;
  }

  /**
   * Starts the whole stack.
   *
   * @param options further options of every sidecar
   */
  static HoldfastStack start(Ground ground, List<String> options)
      throws IOException, InterruptedException {
    return start(ground, Variant.asItIs(ground.project()), options);
  }

  /** Starts a stack of a variant. */
  static HoldfastStack start(Ground ground, Variant variant, List<String> options)
      throws IOException, InterruptedException {
    var ports = new ArrayList<Integer>();
    for (int ignored : ground.origins()) {
      ports.add(FreePorts.one());
    }
    var stack = new HoldfastStack(ground, variant, options, ports);
    for (int i = 0; i < ports.size(); i++) {
      stack.sidecars.add(stack.launch(i));
    }
    for (int i = 0; i < ports.size(); i++) {
      stack.awaitReady(i);
    }
    stack.startNginx();
    return stack;
  }

  Front front() {
    var processes = new ArrayList<>(sidecars);
    processes.add(nginx);
    return new Front(List.of("http://" + Ground.LOOPBACK + ":" + port), List.copyOf(processes));
  }

  /** Returns the sidecars' own addresses. */
  List<String> sidecarUrls() {
    return ports.stream().map(p -> "http://" + Ground.LOOPBACK + ":" + p).toList();
  }

  Process sidecar(int i) {
    return sidecars.get(i);
  }

  /** Starts a sidecar that has ended, and returns when it is ready. */
  void restart(int i) throws IOException, InterruptedException {
    sidecars.set(i, launch(i));
    awaitReady(i);
  }

  private Process launch(int i) throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                "sidecar",
                "--port",
                ports.get(i).toString(),
                "--origin",
                ground.originUrls().get(i),
                "--ring",
                ring(),
                "--self",
                name(i),
                "--staging-dir",
                staging().toString()));
    words.addAll(options);
    return ground.holdfast(jvm(), log(i), words.toArray(String[]::new));
  }

  private void awaitReady(int i) throws IOException, InterruptedException {
    try (var client = new Client()) {
      String health = sidecarUrls().get(i) + "/health";
      Children.await(sidecars.get(i), log(i), () -> isOk(client, health), READY_TIMEOUT_MS);
    }
  }

  private static boolean isOk(Client client, String url) throws InterruptedException {
    try {
      return client.get(url).status() == OK;
    } catch (IOException e) {
      return false;
    }
  }

  private void startNginx() throws IOException, InterruptedException {
    port = FreePorts.one();
    Path directory = Files.createDirectories(ground.directory().resolve("front"));
    List<String> words =
        List.of(
            ground.project().resolve("app/bin/holdfast").toString(),
            "nginx-config",
            "--host",
            Ground.LOOPBACK,
            "--port",
            Integer.toString(port),
            "--ring",
            ring(),
            "--staging-dir",
            staging().toString(),
            "--access-log",
            directory.resolve("access.log").toString(),
            "--user",
            System.getProperty("user.name"),
            "--workers",
            Integer.toString(Cores.count(ground.cores().servers())));
    String config = ground.children().run(ground.cores().servers(), directory, words);
    nginx = ground.nginx("front", variant.edit().of(config), port);
  }

  Process nginx() {
    return nginx;
  }

  List<Process> sidecars() {
    return List.copyOf(sidecars);
  }

  private Map<String, String> jvm() {
    return Map.of("JAVA_OPTS", variant.sidecarJvm(), "HOLDFAST_LOG_LEVEL", "WARN");
  }

  private String ring() {
    return ports.stream().map(p -> Ground.LOOPBACK + ":" + p).collect(Collectors.joining(","));
  }

  private String name(int i) {
    return Ground.LOOPBACK + ":" + ports.get(i);
  }

  private Path staging() {
    return ground.directory().resolve("staging");
  }

  private Path log(int i) {
    return ground.directory().resolve("sidecar-" + (i + 1) + ".log");
  }
}
