package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose names say which digest their content has. */
final class AddressedFilesTest {
  private static final String PREFIX = "sha-";

  @TempDir private Path directory;
  private final Watched disk = new Watched(new LocalDisk());
  private ServiceFixture f;

  @BeforeEach
  void start() throws Exception {
    f = new ServiceFixture(directory, Mode.BEHIND);
    f.stopService();
    f.disk = disk;
    f.names = new Addressed();
    f.startService();
  }

  @AfterEach
  void stop() throws Exception {
    f.close();
  }

  /** Of any name: who does not force a file does not hear that the disk did not take it. */
  @Test
  void fetchedFile_isForcedBeforeItIsPublished() throws Exception {
    String name = nameOf("there");
    Files.writeString(f.data.resolve(name), "there");
    Files.writeString(f.data.resolve("a"), "any");

    assertThat(f.read(name)).isEqualTo("there");
    assertThat(f.read("a")).isEqualTo("any");
    assertThat(disk.publishedForced).isEqualTo(Map.of(name, true, "a", true));
  }

  @Test
  void put_whileTheFetchFindsDamage_wins() throws Exception {
    String name = nameOf("right");
    Files.writeString(f.data.resolve(name), "wrong");
    disk.atSecondWrite =
        () -> assertThat(f.put(name, "right")).isInstanceOf(WriteOutcome.Done.class); // asked twice

    assertThat(f.read(name)).isEqualTo("right");
    assertThat(disk.writes).hasValueGreaterThan(2);
    assertThat(f.files.status().damaged()).isEmpty();
  }

  @Test
  void delete_ofADamagedFile_endsTheDamage() throws Exception {
    String name = nameOf("right");
    Files.writeString(f.data.resolve(name), "wrong");
    assertThat(f.read(name)).isEqualTo("(damaged)");
    assertThat(f.files.status().damaged()).containsOnlyKeys(stored(name));

    assertThat(f.delete(name)).isInstanceOf(WriteOutcome.Done.class);
    assertThat(f.files.status().damaged()).isEmpty();
    assertThat(f.read(name)).isEqualTo("(absent)");
  }

  private static String nameOf(String content) throws Exception {
    byte[] sha256 =
        MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
    return PREFIX + HexFormat.of().formatHex(sha256);
  }

  private static final class Addressed implements ReservedNames {
    @Override
    public Optional<String> sha256(StoredName name) {
      String file = name.toString();
      return file.startsWith(PREFIX)
          ? Optional.of(file.substring(PREFIX.length()))
          : Optional.empty();
    }

    @Override
    public boolean mayDelete(StoredName name) {
      return true;
    }

    @Override
    public void count(StoredName name, Load load) {}
  }

  /** What is to happen in between. */
  private interface Act {
    void run() throws Exception;
  }

  /** Notes what was forced when it was published. */
  private static final class Watched extends ForwardingDisk {
    final Map<String, Boolean> publishedForced = new ConcurrentHashMap<>();
    final AtomicInteger writes = new AtomicInteger();
    volatile Act atSecondWrite = () -> {};
    private final Set<Path> forced = ConcurrentHashMap.newKeySet();

    Watched(Disk disk) {
      super(disk);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      if (to.getParent().endsWith("published/epoch")) {
        publishedForced.put(to.getFileName().toString(), forced.contains(from));
      }
      super.rename(from, to);
    }

    @Override
    public NewFile create(Path path) throws IOException {
      NewFile file = super.create(path);
      forced.remove(path);
      boolean body = path.getParent().endsWith("incoming");
      return new ForwardingFile(file) {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          super.write(bytes);
          if (body && writes.incrementAndGet() == 2) {
            act();
          }
        }

        @Override
        public void force() throws IOException {
          super.force();
          forced.add(path);
        }
      };
    }

    private void act() throws IOException {
      try {
        atSecondWrite.run();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
