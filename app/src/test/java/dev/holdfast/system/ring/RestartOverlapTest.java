package dev.holdfast.system.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.system.HostedServices;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that starts while requests of the one before still run at the file server. */
final class RestartOverlapTest {
  private static final long LATENCY_MS = 1_000;

  /** Far above the latency, so that a machine that stalls does not make the two overlap. */
  private static final long LINGER_MS = 10_000;

  @TempDir Path directory;

  @Test
  void requestsOfTheProcessBefore() throws Exception {
    int port = FreePorts.take(1).getFirst();
    String self = "127.0.0.1:" + port;
    try (FileServer standIn =
        FileServer.start(
            FileServerConfig.real(directory.resolve("files")).withLatencyMs(LATENCY_MS))) {
      var config =
          new SidecarConfig(
              "127.0.0.1",
              port,
              List.of(self),
              self,
              directory.resolve("staging"),
              OriginConfig.of(standIn.uri()).withLingerMs(LINGER_MS),
              SidecarSettings.DEFAULT
                  .withFiles(TrafficStack.files(Mode.BEHIND, 0))
                  .withServices(HostedServices.ALL));
      var facts = new StackFacts(URI.create("http://" + self), directory, List.of(standIn));
      try (Sidecar _ = Sidecar.start(config)) {
        assertThat(facts.put("a", new byte[] {1}).statusCode()).isEqualTo(201);
        Await.until("it is at the file server", () -> standIn.counts().requestsTotal() > 0);
      }
      try (Sidecar _ = Sidecar.start(config)) {
        facts.awaitSettled();
      }
      facts.assertNothingForbidden();
    }
  }
}
