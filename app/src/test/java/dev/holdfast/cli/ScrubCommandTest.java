package dev.holdfast.cli;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.cas.CasFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code holdfast scrub} on directories, and through a front. */
@Tag("nginx")
final class ScrubCommandTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void flippedBit_onTheDataVolume_isFound() throws Exception {
    try (var f = CasFixture.start(directory)) {
      var digests = new ArrayList<String>();
      for (int i = 0; i < 20; i++) {
        digests.add(f.given("blob " + i));
      }
      assertThat(f.front().put("cas-of-wine", "no blob").status()).isEqualTo(201);
      f.facts.awaitSettled();
      assertThat(scrub("--dir", directory.toString())).isZero();
      assertThat(out.toString()).contains("40 blobs").contains(": 0 bad");

      Path victim = f.atOrigin(digests.get(7));
      byte[] body = Files.readAllBytes(victim);
      body[2] ^= 4;
      Files.write(victim, body);
      assertThat(scrub("--dir", directory.resolve("files").toString())).isEqualTo(1);
      assertThat(out.toString())
          .contains(
              "bad: " + victim + ": " + body.length + " bytes with the SHA-256 " + sha256(body))
          .contains("20 blobs")
          .contains(": 1 bad");
      assertThat(Files.readAllBytes(victim)).isEqualTo(body);
    }
  }

  @Test
  void list_isReadThroughTheFront() throws Exception {
    try (var f = CasFixture.start(directory)) {
      String good = f.given("good");
      String wrong = sha256(bytes("right"));
      Files.writeString(f.atOrigin(wrong), "wrong");
      String absent = sha256(bytes("absent"));
      Path list = directory.resolve("list");
      Files.write(list, List.of(good + "  a name", "", wrong, absent));

      assertThat(scrub("--list", list.toString(), "--front", f.facts.front().toString()))
          .isEqualTo(1);
      assertThat(out.toString())
          .contains("3 blobs")
          .contains(wrong + ": the front answers 502")
          .contains(absent + ": the front answers 404")
          .doesNotContain(good);
      Files.writeString(list, "abc");
      assertThat(scrub("--list", list.toString(), "--front", f.facts.front().toString()))
          .isEqualTo(2);
      assertThat(err.toString()).contains("--list: not 64 lowercase hex digits: abc");
    }
  }

  @Test
  void progress_isSaid() throws Exception {
    for (int i = 0; i < 50; i++) {
      byte[] body = new byte[2_000 + i];
      Files.write(directory.resolve("cas-" + sha256(body)), body);
    }
    assertThat(
            scrub(
                "--dir",
                directory.toString(),
                "--progress-ms",
                "1",
                "--bytes-per-second-max",
                "1000000"))
        .isZero();
    assertThat(err.toString()).contains("so far");
  }

  /** Its path is longer than the system takes, which nobody may read, whatever their rights. */
  @Test
  void directoryThatCannotBeRead_isReported_andTheRestIsChecked() throws Exception {
    byte[] body = bytes("hello");
    Path whole = Files.createDirectory(directory.resolve("whole"));
    Files.write(whole.resolve("cas-" + sha256(body)), body);
    Files.write(whole.resolve("cas-" + sha256(bytes("other"))), body);
    Path deep = whole.resolve("a".repeat(200));
    Path inner = directory.resolve("inner");
    for (int i = 0; i < 10; i++) {
      deep = deep.resolve("b".repeat(200));
      inner = inner.resolve("c".repeat(200));
    }
    Files.createDirectories(deep);
    Files.createDirectories(inner);
    Path moved = deep.resolve("moved");
    Files.move(directory.resolve("inner"), moved);
    try {
      assertThat(scrub("--dir", whole.toString())).isEqualTo(1);
      assertThat(out.toString())
          .contains("bad: " + moved)
          .contains("it cannot be read: ")
          .contains("bad: " + whole.resolve("cas-" + sha256(bytes("other"))))
          .contains("2 blobs")
          .contains(": 2 bad");
    } finally {
      Files.move(moved, directory.resolve("inner"));
    }
  }

  /** One that is being written looks damaged for a moment. */
  @Test
  void fileThatIsMended_whileItIsLookedAt_isInOrder() throws Exception {
    byte[] body = bytes("a body that is written in place");
    Path file = directory.resolve("cas-" + sha256(body));
    Files.write(file, body, StandardOpenOption.CREATE);
    Files.write(file, bytes("a body"), StandardOpenOption.TRUNCATE_EXISTING);
    Thread scrub = new Thread(() -> scrub("--dir", directory.toString()));
    scrub.start();
    // Its second look comes a second after the first one.
    dev.holdfast.testkit.Await.until(
        "it waits for its second look", () -> scrub.getState() == Thread.State.TIMED_WAITING);
    Files.write(file, body);
    scrub.join();
    assertThat(out.toString()).contains("1 blobs").contains(": 0 bad");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--dir nowhere",
        "--list nowhere",
        "--dir . --bytes-per-second-max 0",
        "--dir . --progress-ms -1",
        "--list - --front ftp://x"
      })
  void badOption_isOneLineAndCode2(String options) {
    assertThat(scrub(options.isEmpty() ? new String[0] : options.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("holdfast scrub: --").hasLineCount(1);
  }

  private int scrub(String... options) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    var all = new ArrayList<>(List.of("scrub"));
    all.addAll(List.of(options));
    return command.execute(all.toArray(String[]::new));
  }
}
