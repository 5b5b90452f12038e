package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.StartFailure;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * One sidecar in mode behind, which repeats soon and settles nothing when it stops, and a quick
 * stand-in.
 *
 * <p>Threading: for one thread at a time.
 */
public final class SidecarFixture implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileServer standIn;
  private final Path files;
  private final SidecarConfig config;
  private Sidecar sidecar;

  private SidecarFixture(FileServer standIn, Path files, SidecarConfig config, Sidecar sidecar) {
    this.standIn = standIn;
    this.files = files;
    this.config = config;
    this.sidecar = sidecar;
  }

  public static SidecarFixture start(Path directory) throws IOException, StartFailure {
    Path files = directory.resolve("files");
    FileServer standIn = FileServer.start(FileServerConfig.real(files).withLatencyMs(10));
    SidecarConfig config = config(directory, standIn);
    return new SidecarFixture(standIn, files, config, Sidecar.start(config));
  }

  public FileServer standIn() {
    return standIn;
  }

  /** Where the stand-in keeps its files. */
  public Path files() {
    return files;
  }

  public Api api() {
    return new Api(URI.create("http://" + config.self()));
  }

  public void restartSidecar() throws StartFailure {
    sidecar.close();
    sidecar = Sidecar.start(config);
  }

  public JsonNode status() throws IOException {
    RawResponse answer = api().ask("GET", "/status");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(Api.only(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(Api.only(answer, "Cache-Control")).isEqualTo("no-store");
    return JSON.readTree(answer.text());
  }

  @Override
  public void close() {
    sidecar.close();
    standIn.close();
  }

  /** One sidecar that is its own ring, in front of a stand-in. */
  public static SidecarConfig config(Path directory, FileServer standIn) throws IOException {
    int port = FreePorts.take(1).getFirst();
    String self = "127.0.0.1:" + port;
    return new SidecarConfig(
        "127.0.0.1",
        port,
        List.of(self),
        self,
        directory.resolve("staging"),
        OriginConfig.of(standIn.uri()),
        SidecarSettings.DEFAULT
            .withFiles(TrafficStack.files(Mode.BEHIND, 10, 50, 0))
            .withServices(HostedServices.ALL));
  }
}
