package dev.holdfast.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.service.Configured;
import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.ServiceOptions;
import dev.holdfast.service.ServiceType;
import dev.holdfast.system.SidecarFixture;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of a sidecar fails while it starts or stops. Nothing stays open then. */
final class SidecarCloseTest {
  @TempDir Path directory;

  private final List<String> closed = new ArrayList<>();
  private FileServer standIn;
  private SidecarConfig config;

  @BeforeEach
  void open() throws IOException {
    standIn = FileServer.start(FileServerConfig.real(directory.resolve("files")).withLatencyMs(10));
    config = SidecarFixture.config(directory, standIn);
  }

  @AfterEach
  void close() {
    standIn.close();
  }

  /** The file service cannot be made without an origin. It is made when the store is open. */
  @Test
  void start_fileServiceFails_storeIsClosed() throws Exception {
    var withoutOrigin =
        new SidecarConfig(
            config.host(),
            config.port(),
            config.ring(),
            config.self(),
            config.stagingDir(),
            null,
            config.settings());
    assertThatThrownBy(() -> Sidecar.start(withoutOrigin)).isInstanceOf(NullPointerException.class);

    startsAndStops();
  }

  @Test
  void start_serviceFails_othersAndStoreAreClosed() throws Exception {
    SidecarConfig failing =
        with(
            new Part("first", () -> {}, () -> {}),
            new Part("second", () -> fail("cannot start"), () -> {}));
    assertThatThrownBy(() -> Sidecar.start(failing)).hasMessage("cannot start");

    assertThat(closed).containsExactly("first");
    startsAndStops();
  }

  @Test
  void close_serviceFails_othersAndStoreAreClosed() throws Exception {
    Sidecar sidecar =
        Sidecar.start(
            with(
                new Part("first", () -> {}, () -> {}),
                new Part("second", () -> {}, () -> fail("cannot stop"))));
    assertThatThrownBy(sidecar::close).hasMessage("cannot stop");

    assertThat(closed).containsExactly("second", "first");
    startsAndStops();
  }

  /** The port and the store have been given back. */
  private void startsAndStops() throws Exception {
    try (Sidecar sidecar = Sidecar.start(with())) {
      sidecar.awaitReady();
    }
  }

  private SidecarConfig with(Part... parts) {
    var services = new ArrayList<Configured<?>>();
    for (Part part : parts) {
      services.add(new Configured<>(part, part.name()));
    }
    return new SidecarConfig(
        config.host(),
        config.port(),
        config.ring(),
        config.self(),
        config.stagingDir(),
        config.origin(),
        config.settings().withServices(services));
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }

  /** A service that does something when it starts and when it is closed. */
  private final class Part implements ServiceType<String> {
    private final String name;
    private final Runnable atStart;
    private final Runnable atClose;

    Part(String name, Runnable atStart, Runnable atClose) {
      this.name = name;
      this.atStart = atStart;
      this.atClose = atClose;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "A part.";
    }

    @Override
    public ServiceOptions<String> options() {
      throw new UnsupportedOperationException("it has none");
    }

    @Override
    public Service start(String config, ServiceContext context) {
      atStart.run();
      return new Service() {
        @Override
        public void addTo(RoutesConfig routes) {}

        @Override
        public void close() {
          closed.add(name);
          atClose.run();
        }
      };
    }
  }
}
