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
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that has no file descriptor left. */
final class DescriptorsTest {
  /** The jars on the class path are open, too. */
  private static final int DESCRIPTORS = 400;

  /** Two each: a connection and a body. */
  private static final int UPLOADS = 190;

  @TempDir private Path directory;

  @Test
  void outOfDescriptors_is503WithRetryAfter_andNoStackTrace() throws Exception {
    int port = FreePorts.one();
    var api = new Api(URI.create("http://127.0.0.1:" + port));
    try (var standIn =
            FileServer.start(FileServerConfig.real(directory.resolve("files")).withLatencyMs(5));
        var sidecar =
            SidecarProcess.launchWithDescriptors(
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
        assertUnavailable(answer.get());
      }
      assertUnavailable(kept.request("GET", PATH + "here").finalResponse());
      assertThat(kept.request("GET", PATH + "unknown").finalResponse().status()).isIn(404, 503);
      assertThat(kept.request("GET", "/health").finalResponse().status()).isEqualTo(200);
    } finally {
      for (RawHttp http : uploads) {
        http.close();
      }
    }
  }

  private static void assertUnavailable(RawResponse answer) throws Exception {
    problem(answer, 503);
    assertThat(only(answer, "Retry-After")).isEqualTo("1");
  }
}
