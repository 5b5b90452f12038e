package dev.holdfast.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.nginx.LeftNginx;
import dev.holdfast.system.UpProcess;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kill -9} of {@code up}, or of the nginx below it. */
@Timeout(1_800)
final class KilledUpTest {
  @TempDir Path dir;

  @Test
  void killedUp_theNextStartEndsItsNginxAndGoesOn() throws Exception {
    try (var up = new UpProcess(dir)) {
      up.startUp();
      up.front().given("before", "the kill");
      List<ProcessHandle> left = up.nginxProcesses();
      assertThat(left).hasSize(2);
      up.kill();
      assertThat(left).as("a JVM does not end its children").allMatch(ProcessHandle::isAlive);

      up.startUp();

      assertThat(left).noneMatch(LeftNginx::runs);
      assertThat(up.err()).contains("its nginx still ran and was ended");
      assertThat(up.front().get("before").text()).isEqualTo("the kill");
      up.front().given("after", "the kill");
    }
  }

  /** The workers go on without their master, and hold the port. */
  @Test
  void killedUpAndMaster_theNextStartEndsTheWorkers() throws Exception {
    try (var up = new UpProcess(dir)) {
      up.startUp();
      List<ProcessHandle> workers = up.nginxWorkers();
      up.kill();
      ProcessHandle master = up.nginx();
      master.destroyForcibly();
      Await.until("the master is gone", () -> !LeftNginx.runs(master));
      assertThat(workers).hasSize(1).allMatch(ProcessHandle::isAlive);

      up.startUp();

      assertThat(workers).noneMatch(LeftNginx::runs);
      up.front().given("after", "the kill");
    }
  }

  /** The system gives numbers of processes again. */
  @Test
  void pidFileThatNamesAnotherProcess_isNotBelieved() throws Exception {
    Process other = new ProcessBuilder("sleep", "600").start();
    try (var up = new UpProcess(dir);
        NginxFixture otherNginx = NginxFixture.start(dir.resolve("other"), 1)) {
      Path pidFile = Files.createDirectories(up.dataDir().resolve("nginx")).resolve("nginx.pid");
      for (String pid : List.of(other.pid() + "\n", otherNginx.pid() + "\n", "", "-1", "x\n")) {
        Files.writeString(pidFile, pid);

        assertThat(new LeftNginx(pidFile.getParent()).end()).as(pid).isEmpty();
      }
      Files.writeString(pidFile, other.pid() + "\n");
      up.startUp();

      assertThat(other.isAlive()).isTrue();
      assertThat(otherNginx.ask("GET", "/").status()).isEqualTo(404);
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aSecondUpOnTheSameDirectory_isRefused_andTheFirstGoesOn() throws Exception {
    try (var up = new UpProcess(dir);
        UpProcess second = up.beside()) {
      up.startUp();
      List<ProcessHandle> nginx = up.nginxProcesses();

      second.start();

      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.err().lines())
          .containsExactly(
              "holdfast up: --data-dir: " + up.dataDir() + " is in use by another Holdfast");
      assertThat(nginx).allMatch(ProcessHandle::isAlive);
      up.front().given("after", "the second start");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killedNginx_isSaidAndStartedAgain(boolean workersToo) throws Exception {
    try (var up = new UpProcess(dir)) {
      up.startUp();
      up.front().given("before", "the kill");
      List<ProcessHandle> killed = up.nginxProcesses();
      killed.stream().limit(workersToo ? 2 : 1).forEach(ProcessHandle::destroyForcibly);

      Await.until("nginx is back", () -> isBack(up, killed.getFirst()));

      assertThat(killed).noneMatch(LeftNginx::runs);
      assertThat(up.err()).contains("nginx ended: exit code 137; starting it again");
      assertThat(up.front().get("before").text()).isEqualTo("the kill");
      up.front().given("after", "the kill");
    }
  }

  /** A missing front must not look as if it were there. */
  @Test
  void killedNginx_thatCannotBeStartedAgain_endsUp() throws Exception {
    Path program = Files.createSymbolicLink(dir.resolve("nginx"), NginxFixture.program());
    try (var up = new UpProcess(dir, "--nginx=" + program)) {
      up.startUp();
      List<ProcessHandle> killed = up.nginxProcesses();
      Files.delete(program);
      killed.getFirst().destroyForcibly();

      assertThat(up.exitCode()).isEqualTo(1);

      assertThat(up.err().lines().toList())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .startsWith("holdfast up: nginx ended and cannot be started again: ")
                      .contains(program.toString()));
      assertThat(killed).noneMatch(LeftNginx::runs);
    }
  }

  /** nginx itself starts it. */
  @Test
  void killedWorker_isStartedAgain() throws Exception {
    try (var up = new UpProcess(dir)) {
      up.startUp();
      ProcessHandle master = up.nginx();
      Await.until("there is a worker", () -> master.descendants().findAny().isPresent());
      ProcessHandle worker = master.descendants().findFirst().orElseThrow();
      worker.destroyForcibly();

      Await.until(
          "there is another worker",
          () -> master.descendants().anyMatch(process -> process.pid() != worker.pid()));

      assertThat(up.nginx()).isEqualTo(master);
      up.front().given("after", "the kill");
    }
  }

  private static boolean isBack(UpProcess up, ProcessHandle killed) {
    try {
      return !up.nginx().equals(killed) && up.front().get("no-such").status() == 404;
    } catch (IOException | NoSuchElementException | NumberFormatException notYet) {
      return false;
    }
  }
}
