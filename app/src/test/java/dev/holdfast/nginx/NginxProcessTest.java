package dev.holdfast.nginx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.system.nginx.StubSidecar;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NginxProcessTest {
  @TempDir Path directory;

  @Test
  void find_onThePathBeforeTheUsualPlaces() throws IOException {
    var first = program("first");
    var second = program("second");
    var empty = Files.createDirectory(directory.resolve("empty"));

    assertThat(NginxProcess.find(empty + ":" + first + ":" + second, List.of(second)))
        .isEqualTo(first.resolve("nginx"));
    assertThat(NginxProcess.find("", List.of(empty, second))).isEqualTo(second.resolve("nginx"));
  }

  @Test
  void find_nowhere() throws IOException {
    Files.createDirectories(directory.resolve("nginx")); // a directory of that name is no program
    assertThatThrownBy(() -> NginxProcess.find(directory.toString(), List.of(directory)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("apt-get install nginx")
        .hasMessageNotContaining("\n");
  }

  @Test
  void find_option() throws IOException {
    var program = program("here").resolve("nginx");
    assertThat(NginxProcess.find(Optional.of(program))).isEqualTo(program);
    assertThatThrownBy(() -> NginxProcess.find(Optional.of(directory.resolve("not"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no program at");
  }

  @Tag("nginx")
  @Test
  void start_portTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start("start", taken.getLocalPort()))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageNotContaining("\n");
    }
  }

  @Tag("nginx")
  @Test
  void start_configurationThatNginxDoesNotTake() throws IOException {
    var directory = this.directory.resolve("c");
    Files.createDirectories(directory.resolve("published"));
    var good = NginxFixture.config(directory, 8080, List.of("a.invalid:1"), limits());
    assertThatThrownBy(() -> NginxProcess.start(NginxFixture.program(), directory, good))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.invalid")
        .hasMessageNotContaining("\n");
  }

  @Tag("nginx")
  @Test
  void start_inADirectoryWithSpaces() throws IOException {
    try (NginxProcess nginx = start("a dir \u00e9 {}; #", FreePorts.one())) {
      var file = directory.resolve("a dir \u00e9 {}; #/published/name");
      Files.writeString(file, "content");
      assertThat(NginxFixture.ask(nginx.port(), "GET", "/api/fileserver/name").text())
          .isEqualTo("content");
    }
  }

  /** Not one process of it is left, and its port is free again. */
  @Tag("nginx")
  @Test
  void close_leavesNothing() throws IOException {
    var nginx = start("a", FreePorts.one());
    try {
      NginxFixture.ask(nginx.port(), "GET", "/"); // answered by a worker, so there is one
      var processes = nginx.processes();
      assertThat(processes).hasSize(2);

      nginx.close();

      assertThat(nginx.isAlive()).isFalse();
      assertThat(processes).noneMatch(ProcessHandle::isAlive);
      start("b", nginx.port()).close();
    } finally {
      nginx.close();
    }
  }

  @Tag("nginx")
  @Test
  void close_cutsWhatIsUnderWay() throws IOException {
    var sidecar = StubSidecar.start();
    Files.createDirectories(directory.resolve("published"));
    var config =
        NginxFixture.config(directory, FreePorts.one(), List.of(sidecar.address()), limits());
    var nginx = NginxProcess.start(NginxFixture.program(), directory.resolve("n"), config);
    try (sidecar;
        var client = NginxFixture.connect(nginx.port())) {
      client.request("PUT", "/api/fileserver/n", "Content-Length: 1000");
      client.bytes("some".getBytes(ISO_8859_1));
      nginx.close();
    }
    assertThat(nginx.isAlive()).isFalse();
  }

  private NginxProcess start(String name, int port) throws IOException {
    var own = directory.resolve(name);
    Files.createDirectories(own.resolve("published"));
    var config = NginxFixture.config(own, port, List.of("127.0.0.1:1"), limits());
    return NginxProcess.start(NginxFixture.program(), own.resolve("work"), config);
  }

  private Path program(String folder) throws IOException {
    var file = Files.createDirectory(directory.resolve(folder)).resolve("nginx");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return file.getParent();
  }

  private static NginxConfig.Limits limits() {
    return NginxConfig.Limits.DEFAULT;
  }
}
