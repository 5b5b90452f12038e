package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded PostgreSQL's programs, which the first start on a machine unpacks. */
@Tag("database")
class EmbeddedDatabaseTest {
  private static final String PACKED = "/postgres-linux-x86_64.txz";

  @TempDir private Path dir;

  @BeforeEach
  void isSupported() {
    assumeTrue(EmbeddedDatabase.isSupported(), "the embedded PostgreSQL is for linux-amd64");
  }

  @Test
  void start_afterUnpackingBrokeOff() throws Exception {
    Path programs = dir.resolve("programs");
    Path unpacked = programs.resolve("PG-" + digest());
    Path library = Files.createDirectories(unpacked.resolve("lib")).resolve("libicuuc.so");
    Files.createSymbolicLink(library, Path.of("libicuuc.so.60"));

    EmbeddedDatabase.start(dir.resolve("data"), 0, programs).close();

    assertThat(unpacked.resolve(".exists")).exists();
    assertThat(library).isSymbolicLink();
  }

  @Test
  void start_withoutDirectory() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));

    assertThatIOException()
        .isThrownBy(() -> EmbeddedDatabase.start(dir.resolve("data"), 0, file.resolve("programs")));
  }

  /** Returns what the library names the directory by: the MD5 of what it unpacks. */
  private static String digest() throws Exception {
    try (InputStream packed = EmbeddedDatabaseTest.class.getResourceAsStream(PACKED)) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(packed.readAllBytes()));
    }
  }
}
