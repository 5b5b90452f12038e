package dev.holdfast.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.StoreNames;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.Caller;
import dev.holdfast.files.FileService;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.metrics.Meters;
import dev.holdfast.origin.Origin;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.system.SidecarFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The directories that a sidecar must not pass over when it looks for writes of names that changed
 * hands.
 */
final class MovedWritesTest {
  @TempDir Path directory;

  private FileServer standIn;
  private StagingStore store;
  private FileService files;
  private MovedWrites moved;
  private Path staging;

  @BeforeEach
  void open() throws IOException {
    standIn = FileServer.start(FileServerConfig.real(directory.resolve("files")).withLatencyMs(10));
    SidecarConfig config = SidecarFixture.config(directory, standIn);
    staging = config.stagingDir();
    var meters = new Meters(new SimpleMeterRegistry());
    store =
        StagingStore.open(
            new LocalDisk(),
            staging,
            config.directory(),
            config.settings().staging(),
            InstantSource.system(),
            meters,
            "epoch",
            "boot",
            _ -> true);
    files =
        new FileService(
            config.settings().files(),
            new Origin(config.origin(), meters, 0),
            store,
            config.origin().writesMax(),
            new StoreNames(config.settings().cas(), meters),
            Caller.NOBODY,
            InstantSource.system(),
            RandomGenerator.getDefault(),
            meters);
    moved = new MovedWrites(config, "epoch", "boot", _ -> true);
  }

  @AfterEach
  void close() throws IOException {
    moved.close();
    moved.awaitEnd();
    files.close();
    store.close();
    standIn.close();
  }

  /** A removal in it may not be forced. A power failure would bring its write back. */
  @Test
  void start_ownDirectoryCannotBeLookedAt_isNotSettled() throws Exception {
    Path writes = staging.resolve("sidecar-1/writes");
    Files.delete(writes);
    Files.createSymbolicLink(writes, writes);

    moved.start(files);
    assertThat(moved.areSettled()).isFalse();

    Files.delete(writes);
    Files.createDirectory(writes);
    moved.awaitSettled();
    assertThat(moved.areSettled()).isTrue();
  }

  @Test
  void start_whatIsNoStagingStore_isSettled() throws Exception {
    Files.createFile(staging.resolve("sidecar-7"));
    Files.createFile(Files.createDirectory(staging.resolve("sidecar-8")).resolve("pending"));
    Files.createDirectory(staging.resolve("sidecar-9"));

    moved.start(files);

    assertThat(moved.areSettled()).isTrue();
  }
}
