package dev.holdfast.bench;

import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ground of a candidate: a directory of its own, and file servers that run for it.
 *
 * @param project the root of the repository
 * @param directory the directory for everything that is written
 * @param origins the ports of the file servers
 * @param standIns the running file servers
 */
record Ground(
    Path project,
    Path directory,
    Cores cores,
    Children children,
    List<Integer> origins,
    List<Process> standIns) {
  static final String LOOPBACK = "127.0.0.1";

  private static final long START_TIMEOUT_MS = 60_000;

  /**
   * The options of a stand-in's JVM. Stand-ins only wait and copy, so little memory and a small
   * compiler are enough.
   */
  private static final Map<String, String> STAND_IN_JVM =
      Map.of(
          "JAVA_OPTS",
          "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.1");

  /** Makes a directory with files in it, and starts file servers over them. */
  static Ground lay(
      Path project,
      Path directory,
      Cores cores,
      Children children,
      int pairs,
      long latencyMs,
      List<FileSet> files)
      throws IOException, InterruptedException {
    var ports = new ArrayList<Integer>();
    var ground = new Ground(project, directory, cores, children, ports, new ArrayList<>());
    Files.createDirectories(ground.data());
    for (FileSet set : files) {
      set.writeTo(ground.data());
    }
    for (int i = 0; i < pairs; i++) {
      ports.add(FreePorts.one());
    }
    ground.startOrigins(latencyMs);
    return ground;
  }

  /** Starts the file servers, each at its port. */
  private void startOrigins(long latencyMs) throws IOException, InterruptedException {
    for (int port : origins) {
      standIns.add(
          holdfast(
              cores.fileServers(),
              STAND_IN_JVM,
              originLog(port),
              "fileserver",
              "--host",
              LOOPBACK,
              "--port",
              Integer.toString(port),
              "--data-dir",
              data().toString(),
              "--latency-ms",
              Long.toString(latencyMs)));
    }
    for (int i = 0; i < standIns.size(); i++) {
      int port = origins.get(i);
      Children.await(
          standIns.get(i), originLog(port), () -> Sockets.accepts(port), START_TIMEOUT_MS);
    }
  }

  /** Ends the file servers. */
  void stopOrigins() {
    standIns.forEach(children::stop);
    standIns.clear();
  }

  /** Starts a command of the jar on the cores of the servers. */
  Process holdfast(Map<String, String> environment, Path output, String... words)
      throws IOException {
    return holdfast(cores.servers(), environment, output, words);
  }

  private Process holdfast(String on, Map<String, String> environment, Path output, String... words)
      throws IOException {
    var command = new ArrayList<>(List.of(project.resolve("app/bin/holdfast").toString()));
    command.addAll(List.of(words));
    return children.start(on, directory, environment, output, command);
  }

  /** Starts an nginx with a configuration and waits until it accepts connections. */
  Process nginx(String name, String config, int port) throws IOException, InterruptedException {
    Path prefix = Files.createDirectories(directory.resolve(name));
    Path conf = Files.writeString(prefix.resolve("nginx.conf"), config);
    return server(
        name, port, List.of("nginx", "-e", "stderr", "-p", prefix + "/", "-c", conf.toString()));
  }

  /** Starts a server and waits until it accepts connections. */
  Process server(String name, int port, List<String> command)
      throws IOException, InterruptedException {
    Path output = directory.resolve(name + ".log");
    Process process = children.start(cores.servers(), directory, Map.of(), output, command);
    Children.await(process, output, () -> Sockets.accepts(port), START_TIMEOUT_MS);
    return process;
  }

  /**
   * Returns the directory of the file servers' files. Its path below {@link #www} is the API's
   * path.
   */
  Path data() {
    return www().resolve("api").resolve("fileserver");
  }

  Path www() {
    return directory.resolve("www");
  }

  List<String> originUrls() {
    return origins.stream().map(port -> "http://" + LOOPBACK + ":" + port).toList();
  }

  /** Returns the values that all templates of nginx use. */
  Map<String, Object> nginxValues(int port) throws IOException {
    return Map.of(
        "user", "user " + System.getProperty("user.name") + ";",
        "workers", Cores.count(cores.servers()),
        "access_log", Template.accessLog(project.resolve("nginx")),
        "www", www(),
        "port", port,
        "servers", servers());
  }

  private String servers() {
    var lines = new StringBuilder();
    for (int port : origins) {
      lines.append("        server %s:%d max_fails=0;%n".formatted(LOOPBACK, port));
    }
    return lines.toString();
  }

  private Path originLog(int port) {
    return directory.resolve("origin-" + port + ".log");
  }
}
