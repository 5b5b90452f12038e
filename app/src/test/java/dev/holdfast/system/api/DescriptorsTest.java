package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.system.Api;
import dev.holdfast.system.SidecarProcess;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar without a free file descriptor. */
final class DescriptorsTest {
  /** The descriptors of the sidecar. The jars on the class path take some of them. */
  private static final int DESCRIPTORS = 400;

  /** The uploads. Each takes two descriptors, for its connection and its body. */
  private static final int UPLOADS = 190;

  @TempDir private Path directory;

  @Test
  void outOfDescriptors_is503WithRetryAfter_saysWhatAWriteChanged_andNoStackTrace()
      throws Exception {
    int port = FreePorts.one();
    var api = new Api(URI.create("http://127.0.0.1:" + port));
    try (var standIn =
            FileServer.start(FileServerConfig.real(directory.resolve("files")).withLatencyMs(5));
        SidecarProcess sidecar = launch(port, standIn);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      sidecar.awaitReady(port);
      api.given("here", "content");
      try (RawHttp kept = api.connect()) {
        exhaust(api, kept, clients);
      }
      Await.until("there are descriptors again", () -> api.put("later", "x").status() == 201);
      assertThat(api.get("here").text()).isEqualTo("content");
    }
    assertThat(Files.readString(directory.resolve("sidecar.log")))
        .doesNotContain("\tat ", "\\tat ", "\"exception\"")
        .contains("too many files and connections");
  }

  /**
   * The JDK once opens the descriptors that virtual threads need to wait for sockets. If that
   * failed, no virtual thread could ever do so, and nothing would settle. The threads of the JDK
   * are there before they are needed.
   */
  @Test
  void sidecarThatIsReady_hasWhatItNeedsToWaitForTheFileServer() throws Exception {
    int port = FreePorts.one();
    try (var standIn = FileServer.start(FileServerConfig.real(directory.resolve("files")));
        SidecarProcess sidecar = launch(port, standIn)) {
      sidecar.awaitReady(port);
      assertThat(threadsOf(sidecar)).contains("MasterPoller");
    }
  }

  private static List<String> threadsOf(SidecarProcess sidecar) throws IOException {
    var names = new ArrayList<String>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + sidecar.pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        names.add(Files.readString(thread.resolve("comm")).strip());
      }
    }
    return names;
  }

  private SidecarProcess launch(int port, FileServer standIn) throws IOException {
    return SidecarProcess.launchWithDescriptors(
        DESCRIPTORS,
        directory,
        List.of(
            "--port",
            "" + port,
            "--ring",
            "127.0.0.1:" + port,
            "--self",
            "127.0.0.1:" + port,
            "--origin",
            standIn.uri().toString(),
            "--staging-dir",
            directory.resolve("staging").toString(),
            "--body-bytes-per-second-min",
            "0"));
  }

  private static void exhaust(Api api, RawHttp kept, ExecutorService clients) throws Exception {
    var uploads = new ArrayList<RawHttp>();
    var answers = new ArrayList<Future<RawResponse>>();
    try {
      for (int i = 0; i < UPLOADS; i++) {
        RawHttp http = api.connect();
        uploads.add(http);
        http.request("PUT", PATH + "slow" + i, "Content-Length: 100000").text("slow");
        answers.add(clients.submit(http::finalResponse));
      }
      Await.until("one finds none", () -> answers.stream().anyMatch(Future::isDone));
      for (Future<RawResponse> answer : answers.stream().filter(Future::isDone).toList()) {
        assertThat(assertUnavailable(answer.get()))
            .containsAnyOf("; nothing was changed", "; whether anything was changed is not known");
      }
      RawResponse here = kept.request("GET", PATH + "here").finalResponse();
      if (here.status() != 200) { // refused clients free descriptors
        assertThat(assertUnavailable(here)).doesNotContain("changed");
      }
      assertThat(kept.request("GET", PATH + "unknown").finalResponse().status()).isIn(404, 503);
      assertThat(kept.request("GET", "/health").finalResponse().status()).isEqualTo(200);
    } finally {
      for (RawHttp http : uploads) {
        http.close();
      }
    }
  }

  private static String assertUnavailable(RawResponse answer) throws Exception {
    assertThat(only(answer, "Retry-After")).isEqualTo("1");
    return problem(answer, 503);
  }
}
