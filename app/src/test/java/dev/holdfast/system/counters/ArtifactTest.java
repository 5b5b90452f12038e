package dev.holdfast.system.counters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.ElfFile;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Glibc;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The counters as they are packed for machines without Java. They run with the programs of an old
 * system alone. {@code make test-artifact} packs them and runs this.
 */
@Tag("artifact")
class ArtifactTest {
  /** That of Ubuntu 16.04. */
  private static final int GLIBC_MINOR = 23;

  private static final List<String> PROGRAMS =
      List.of(
          "sh",
          "readlink",
          "dirname",
          "id",
          "nice",
          "mkdir",
          "find",
          "rm",
          "mv",
          "grep",
          "sleep",
          "dd",
          "cat");

  private static final List<Integer> DEAD = List.of(2, 4);
  private static final List<Integer> LEFT = List.of(1, 3, 5);
  private static final int ROUND = 4; // acknowledged increments of each actor, at least

  /** The system property with the absolute path of challenge.tar.gz. */
  private static final String ARCHIVE = "holdfast.artifact";

  @TempDir private static Path packed;
  private static Path unpacked;

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();
  private Path programs;
  private Path challenge;
  private Api actor;

  @BeforeAll
  static void unpackOnce() throws Exception {
    String archive = System.getProperty(ARCHIVE);
    assertThat(archive)
        .as("the property " + ARCHIVE + ", which make test-artifact sets")
        .isNotNull();
    run(packed, "tar", "xzf", archive);
    unpacked = packed.resolve("challenge");
  }

  /** Its files are shared with the other tests, but for those that a run makes. */
  @BeforeEach
  void unpack() throws Exception {
    challenge = directory.resolve("challenge");
    run(directory, "cp", "-rl", unpacked, challenge);
    programs = Files.createDirectory(directory.resolve("programs"));
    for (String name : PROGRAMS) {
      Files.createSymbolicLink(programs.resolve(name), Program.find(name).orElseThrow());
    }
    Files.createFile(challenge.resolve("cache")); // so that no start leaves one at work
    actor = new Api(URI.create("http://127.0.0.1:" + FreePorts.one()));
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void everyFile_runsOnAnOldGlibc() throws IOException {
    var missing = new TreeMap<String, List<String>>();
    var seen = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(unpacked)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        judge(file.toString(), Files.readAllBytes(file), seen, missing);
      }
    }
    try (var jar = new JarFile(unpacked.resolve("lib/holdfast.jar").toFile())) {
      for (JarEntry entry : jar.stream().toList()) {
        try (InputStream in = jar.getInputStream(entry)) {
          judge(entry.getName(), in.readAllBytes(), seen, missing);
        }
      }
    }
    assertThat(seen)
        .hasSizeGreaterThan(5)
        .anyMatch(name -> name.endsWith("/bin/java"))
        .anyMatch(name -> name.endsWith("/libjvm.so"))
        .anyMatch(name -> name.endsWith("/libamazonCorrettoCryptoProvider.so")); // in the jar
    assertThat(missing).as("build it with Eclipse Temurin").isEmpty();
  }

  private static void judge(
      String name, byte[] content, List<String> seen, Map<String, List<String>> missing) {
    ElfFile.of(content)
        .ifPresent(
            file -> {
              seen.add(name);
              List<String> newer = Glibc.missing(file, GLIBC_MINOR);
              if (!newer.isEmpty()) {
                missing.put(name, newer);
              }
            });
  }

  @Test
  void badId_isOneLine_andCode2() throws Exception {
    for (String id : List.of("", "one", "-1", "1.5", "1 2", "0", "100000", "1234567890123")) {
      Process process = start(List.of(id), Map.of());
      assertThat(code(process)).as(id).isEqualTo(2);
      assertThat(Files.readAllLines(directory.resolve("err"))).as(id).hasSize(1);
    }
    Process process = start(List.of(), Map.of());
    assertThat(code(process)).isEqualTo(2);
  }

  @Test
  void killOfWhatWasStarted_killsTheActor_andItsCountsStay() throws Exception {
    Process process = startActor();
    count(5);
    String address = actor.base().getAuthority();
    assertThat(post("/config", "{\"actors\": [\"" + address + "\"]}").status()).isEqualTo(200);

    process.destroyForcibly().waitFor();

    assertThat(answers()).isFalse();
    process = startActor();
    assertThat(actor.ask("GET", "/counter/a/consistent_value").text()).isEqualTo("5");
    assertThat(challenge.resolve("data/1")).isDirectory();

    process.destroy();
    assertThat(code(process)).as("ended by SIGTERM").isEqualTo(128 + 15);
  }

  @Test
  void classes_areMadeOnce_andMayBeDamaged() throws Exception {
    Files.delete(challenge.resolve("cache"));
    Process process = startActor();
    for (int id = 2; id <= 4; id++) {
      startActor(id);
    }
    Path cache = challenge.resolve("cache");
    Await.until("the classes are made", () -> list(cache).size() == 1 && classes(cache) != null);
    process.destroyForcibly().waitFor();
    Path classes = classes(cache);
    byte[] whole = Files.readAllBytes(classes);

    process = startActor();
    assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/maps")))
        .contains(classes.toString());
    count(1);
    process.destroyForcibly().waitFor();

    byte[] damaged = whole.clone();
    for (int i = whole.length / 4; i < whole.length; i += 512) {
      damaged[i] ^= 0x55;
    }
    for (byte[] wrong : List.of(damaged, new byte[0], "no classes".getBytes(UTF_8))) {
      Files.write(classes, wrong);
      process = startActor();
      count(1);
      process.destroyForcibly().waitFor();
    }
    try (var file = Files.newByteChannel(classes, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(whole));
      file.truncate(whole.length / 2);
    }
    startActor();
    assertThat(actor.ask("GET", "/counter/a/value").text()).isEqualTo("4");
  }

  @Test
  void dataCannotBeWritten_itIsInTheDirectoryForTemporaryFiles_alsoLater() throws Exception {
    Files.createFile(challenge.resolve("data"));
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Map<String, String> environment = Map.of("TMPDIR", temporary.toString());
    Process process = startActor(1, environment);
    count(7);
    process.destroyForcibly().waitFor();
    assertThat(list(temporary)).hasSize(1);

    Files.delete(challenge.resolve("data"));
    startActor(1, environment);

    assertThat(actor.ask("GET", "/counter/a/value").text()).isEqualTo("7");
  }

  /**
   * Two of five are killed for good, after they have counted while nobody else ran. The others read
   * what these two have left, and all of it: nobody has heard of it. One of the two comes back.
   */
  @Test
  void twoOfFiveAreKilledForGood_theOthersReadAndCountExactly() throws Exception {
    try (Cluster cluster = Cluster.packed(directory, programs, 5, "--read-deadline-ms=2000")) {
      cluster.startAndConfigure();
      try (var traffic = new Traffic(cluster, "dead").start(seed())) {
        traffic.awaitMore(cluster.all(), ROUND);
        for (int id : LEFT) {
          cluster.process(id).kill();
        }
        for (int id : DEAD) {
          assertThat(traffic.add(id)).isEqualTo(Traffic.Outcome.COUNTED);
          cluster.process(id).kill();
        }

        cluster.start(LEFT);

        for (int id : LEFT) {
          cluster.awaitReadable(id);
          traffic.read(id);
        }
        traffic.awaitMore(LEFT, ROUND);
        assertThat(cluster.actor(1).get("/metrics").text())
            .doesNotContain("holdfast_counters_remains_total 0.0");

        cluster.start(DEAD.subList(0, 1));

        traffic.awaitMore(DEAD.subList(0, 1), ROUND);
        traffic.awaitMore(LEFT, ROUND);
        traffic.endAndCheck();
      }
    }
  }

  private static long seed() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }

  private Process startActor() throws Exception {
    return startActor(1);
  }

  private Process startActor(int id) throws Exception {
    return startActor(id, Map.of());
  }

  /** The first one listens where the test asks; others only take part in the start. */
  private Process startActor(int id, Map<String, String> environment) throws Exception {
    int port = id == 1 ? actor.base().getPort() : FreePorts.one();
    Process process =
        start(List.of("" + id, "--host", "127.0.0.1", "--port", "" + port), environment);
    if (id == 1) {
      Await.until("it answers", () -> answers() || !process.isAlive());
      assertThat(process.isAlive()).as(Files.readString(directory.resolve("err"))).isTrue();
    }
    return process;
  }

  private Process start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    var command = new ArrayList<>(List.of("./challenge/bin/challenge-executable"));
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().clear();
    builder.environment().put("PATH", programs.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static int code(Process process) throws InterruptedException {
    assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private boolean answers() {
    try {
      return actor.ask("GET", "/health").status() == 200;
    } catch (IOException notThere) {
      return false;
    }
  }

  private void count(int amount) throws IOException {
    assertThat(post("/counter/a", "" + amount).status()).isEqualTo(200);
  }

  private RawResponse post(String target, String body) throws IOException {
    try (RawHttp http = actor.connect()) {
      http.request("POST", target, "Content-Length: " + body.length()).text(body);
      return http.finalResponse();
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static Path classes(Path cache) throws IOException {
    return list(cache).stream()
        .filter(file -> file.toString().endsWith(".aot"))
        .findFirst()
        .orElse(null);
  }

  private static void run(Path directory, Object... command) throws Exception {
    Program.Result result =
        Program.run(directory, Map.of(), Stream.of(command).map(Object::toString).toList());
    assertThat(result.code()).as(result.output()).isZero();
  }
}
