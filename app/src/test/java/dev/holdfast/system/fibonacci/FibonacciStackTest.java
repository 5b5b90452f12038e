package dev.holdfast.system.fibonacci;

import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.RingStack;
import dev.holdfast.system.SidecarFixture;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sequence with many clients, without its owner, with a damaged file, and in another ring. */
final class FibonacciStackTest {
  private static final int CLIENTS = 200;
  private static final int REQUESTS_EACH = 10;

  private static final int HEAP_MB = 96;
  private static final String OWN = "fibonacci"; // the name of its directory in a sidecar's

  @TempDir Path directory;

  @Test
  void manyClientsAtOnce_getTheFirstNumbers_eachOnce() throws Exception {
    try (StackFixture stack = StackFixture.start(StackFixture.Setup.DEFAULT);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var ready = new CountDownLatch(CLIENTS);
      List<Callable<List<String>>> calls = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        calls.add(
            () -> {
              try (RawHttp http = new Api(stack.nginx()).connect()) {
                ready.countDown();
                ready.await();
                return advance(http, REQUESTS_EACH);
              }
            });
      }
      var answers = new ArrayList<BigInteger>();
      for (Future<List<String>> client : clients.invokeAll(calls)) {
        List<BigInteger> own = client.get().stream().map(BigInteger::new).toList();
        assertThat(own).as("one client, one after the other").isSorted();
        answers.addAll(own);
      }
      answers.sort(null);
      assertThat(answers).isEqualTo(firstNumbers(CLIENTS * REQUESTS_EACH));
      String current = new Api(stack.nginx()).ask("GET", "/current").text();
      assertThat(current).isEqualTo("{\"current\": " + answers.getLast() + "}");
      stack.closeChecked();
    }
  }

  @Test
  void ownerDown_is503_andFilesOfOthersAreServed() throws Exception {
    try (StackFixture stack = StackFixture.start(StackFixture.Setup.DEFAULT)) {
      var api = new Api(stack.nginx());
      assertThat(api.ask("GET", "/next").status()).isEqualTo(200);
      int owner = owner(stack);
      stack.stopSidecar(owner);
      for (String path : List.of("/health", "/current", "/previous", "/next")) {
        RawResponse answer = api.ask("GET", path);
        problem(answer, 503);
        assertThat(answer.headers("Retry-After")).hasSize(1);
      }
      String other = stack.nameOf((owner + 1) % 3, "file-");
      api.given(other, "content");
    }
  }

  /** The damage is seen, and files are still served. */
  @Test
  void damagedFile_is503_andIsLeftAsItIs() throws Exception {
    try (SidecarFixture sidecar = SidecarFixture.start(directory)) {
      assertThat(sidecar.api().ask("GET", "/next").status()).isEqualTo(200);
      Path file = positionFile(directory.resolve("staging/sidecar-1/fibonacci"));
      byte[] damaged = Files.readAllBytes(file);
      damaged[damaged.length - 2] ^= 8; // the position: 9 in place of 1
      Files.write(file, damaged);
      sidecar.restartSidecar();
      for (String path : List.of("/fibonacci/health", "/current", "/previous", "/next")) {
        assertThat(problem(sidecar.api().ask("GET", path), 503)).contains("the log says why");
      }
      assertThat(sidecar.api().ask("GET", "/health").status()).isEqualTo(200);
      sidecar.api().given("a", "content");
      assertThat(file).hasBinaryContent(damaged);
    }
  }

  @Test
  void damagedFile_setAside_goesOnWithThePositionBefore_andKeepsTheFile() throws Exception {
    try (ProcessStack stack = ProcessStack.start(directory, 1, HEAP_MB);
        RawHttp http = new Api(stack.facts().front()).connect()) {
      advance(http, 5);
    }
    Path own = directory.resolve("staging/sidecar-1/fibonacci");
    Path file = positionFile(own);
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 2] ^= 8;
    Files.write(file, damaged);
    try (ProcessStack stack =
        ProcessStack.start(directory, 1, HEAP_MB, "--fibonacci-set-aside", "true")) {
      var api = new Api(stack.facts().front());
      assertThat(api.ask("GET", "/current").text()).isEqualTo("{\"current\": 3}");
      assertThat(own.resolve("set-aside-" + file.getFileName())).hasBinaryContent(damaged);
    }
  }

  /** A directory that cannot be read may hold the highest position, so it is not passed over. */
  @Test
  void directoryOfAnother_thatCannotBeLookedAt_is503() throws Exception {
    try (SidecarFixture sidecar = SidecarFixture.start(directory)) {
      assertThat(sidecar.api().ask("GET", "/next").status()).isEqualTo(200);
      Path staging = directory.resolve("staging");
      Files.createDirectories(staging.resolve("sidecar-6"));
      Files.writeString(Files.createDirectories(staging.resolve("sidecar-7")).resolve(OWN), "");
      sidecar.restartSidecar();
      assertThat(sidecar.api().ask("GET", "/current").text()).isEqualTo("{\"current\": 1}");
      Path loop = Files.createDirectories(staging.resolve("sidecar-8")).resolve(OWN);
      Files.createSymbolicLink(loop, loop);
      sidecar.restartSidecar();
      for (String path : List.of("/fibonacci/health", "/current", "/previous", "/next")) {
        assertThat(problem(sidecar.api().ask("GET", path), 503)).contains("the log says why");
      }
      sidecar.api().given("a", "content");
      Files.delete(loop);
      Await.until("it is taken up", () -> sidecar.api().ask("GET", "/current").status() == 200);
      assertThat(sidecar.api().ask("GET", "/current").text()).isEqualTo("{\"current\": 1}");
    }
  }

  @Test
  void atTheLastPosition_is409_andNothingIsChanged() throws Exception {
    try (ProcessStack stack =
        ProcessStack.start(directory, 2, HEAP_MB, "--fibonacci-position-max", "3")) {
      var api = new Api(stack.facts().front());
      try (RawHttp http = api.connect()) {
        assertThat(advance(http, 3)).containsExactly("1", "1", "2");
      }
      for (String method : List.of("GET", "POST")) {
        String detail = problem(api.ask(method, "/next", "Content-Length: 0"), 409);
        assertThat(detail).contains("position 3").contains("nothing was changed");
        assertThat(api.ask("GET", "/current").text()).isEqualTo("{\"current\": 2}");
        assertThat(api.ask("GET", "/previous").text()).isEqualTo("{\"previous\": 1}");
      }
    }
  }

  /** Something is in the way of the file that follows a full one. */
  @Test
  void diskThatTakesNothing_is503_untilItDoes() throws Exception {
    try (SidecarFixture sidecar = SidecarFixture.start(directory);
        RawHttp http = sidecar.api().connect()) {
      Path inTheWay = directory.resolve("staging/sidecar-1/fibonacci/new/x");
      Files.createDirectories(inTheWay);
      RawResponse last = null;
      RawResponse answer = http.request("GET", "/next").finalResponse();
      while (answer.status() == 200) {
        last = answer;
        answer = http.request("GET", "/next").finalResponse();
      }
      assertThat(problem(answer, 503)).contains("no number was handed out");
      assertThat(answer.headers("Retry-After")).hasSize(1);
      problem(sidecar.api().ask("POST", "/next", "Content-Length: 0"), 503);
      String current = sidecar.api().ask("GET", "/current").text();
      assertThat(current).isEqualTo(last.text().replace("next", "current"));
      String previous = sidecar.api().ask("GET", "/previous").text();
      Files.delete(inTheWay);
      String next = sidecar.api().ask("GET", "/next").text();
      assertThat(number(next)).isEqualTo(number(previous).add(number(current)));
    }
  }

  @Test
  void restart_goesOn() throws Exception {
    try (SidecarFixture sidecar = SidecarFixture.start(directory)) {
      var numbers = new ArrayList<String>();
      for (int life = 0; life < 4; life++) {
        try (RawHttp http = sidecar.api().connect()) {
          numbers.addAll(advance(http, 3));
        }
        String before = sidecar.api().ask("GET", "/previous").text();
        sidecar.restartSidecar();
        assertThat(sidecar.api().ask("GET", "/previous").text()).isEqualTo(before);
      }
      assertThat(numbers.stream().map(BigInteger::new)).isEqualTo(firstNumbers(12));
    }
  }

  /** With another number of sidecars another one owns the sequence, and takes it over. */
  @Test
  void changedRing_theNewOwnerTakesItOver() throws Exception {
    try (RingStack stack = stackWhoseOwnerChanges()) {
      var numbers = new ArrayList<String>();
      var owners = new ArrayList<Integer>();
      for (int size : new int[] {3, 1, 5, 2, 4, 1, 3, 5}) {
        stack.start(size);
        stack.awaitReady();
        owners.add(owner(stack, size));
        assertThat(owners.getLast()).isEqualTo(stack.ownerOfSequence(size));
        try (RawHttp http = new Api(stack.facts().front()).connect()) {
          numbers.addAll(advance(http, 5));
        }
        stack.stop();
      }
      assertThat(owners.stream().distinct().count()).as("owners %s", owners).isGreaterThan(1);
      assertThat(numbers.stream().map(BigInteger::new)).isEqualTo(firstNumbers(40));
    }
  }

  /**
   * Returns a stack whose owner of the sequence changes. Its ring consists of random ports, and
   * some would leave the sequence where it is.
   */
  private RingStack stackWhoseOwnerChanges() throws IOException {
    while (true) {
      var stack = new RingStack(directory, 20);
      if (stack.ownerOfSequence(5) != 0 && stack.ownerOfSequence(3) != 0) {
        return stack;
      }
      stack.close();
    }
  }

  private static int owner(StackFixture stack) throws IOException {
    for (int i = 0; i < 3; i++) {
      if (new Api(stack.sidecar(i)).ask("GET", "/current").status() == 200) {
        return i;
      }
    }
    throw new AssertionError("nobody has the sequence");
  }

  private static int owner(RingStack stack, int size) throws IOException {
    var owners = new ArrayList<Integer>();
    for (int i = 0; i < size; i++) {
      if (stack.sidecar(i).ask("GET", "/current").status() == 200) {
        owners.add(i);
      }
    }
    assertThat(owners).hasSize(1);
    return owners.getFirst();
  }

  private static Path positionFile(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory, "position-*")) {
      return files.iterator().next();
    }
  }

  private static List<String> advance(RawHttp http, int times) throws IOException {
    var numbers = new ArrayList<String>();
    for (int i = 0; i < times; i++) {
      http.request("GET", "/next");
      RawResponse answer = http.finalResponse();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).matches("\\{\"next\": [0-9]+}");
      numbers.add(answer.text().replaceAll("[^0-9]", ""));
    }
    return numbers;
  }

  private static BigInteger number(String body) {
    return new BigInteger(body.replaceAll("[^0-9]", ""));
  }

  private static List<BigInteger> firstNumbers(int count) {
    var numbers = new ArrayList<BigInteger>();
    BigInteger previous = BigInteger.ZERO;
    BigInteger current = BigInteger.ONE;
    for (int i = 0; i < count; i++) {
      numbers.add(current);
      BigInteger next = previous.add(current);
      previous = current;
      current = next;
    }
    return numbers;
  }
}
