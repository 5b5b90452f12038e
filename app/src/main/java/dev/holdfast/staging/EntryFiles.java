package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.GroupCommit;
import dev.holdfast.disk.NewFile;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of entries, a file a write. A change counts only when it is {@linkplain #force
 * forced}; one force serves all that was changed before it.
 *
 * <p>Threading: may be used from any number of threads; of one name by one.
 */
final class EntryFiles {
  private static final Logger log = LoggerFactory.getLogger(EntryFiles.class);

  private final Disk disk;
  private final Path directory;
  private final GroupCommit commit;
  private final AtomicLong lastRemoval = new AtomicLong();

  /**
   * Names of which an entry was removed that a power failure could bring back; the last removal.
   */
  private final Map<StoredName, Long> unforced = new ConcurrentHashMap<>();

  EntryFiles(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
    this.commit = new GroupCommit(disk, directory);
  }

  Path path(EntryName entry) {
    return directory.resolve(entry.file());
  }

  /** Adds a put whose body is a forced file, which is moved here. */
  void add(EntryName entry, Path body) throws IOException {
    add(entry, () -> disk.rename(body, path(entry)));
  }

  /** Adds a delete. Its file is empty, so that there is nothing in it to force. */
  void mark(EntryName entry) throws IOException {
    add(entry, () -> disk.create(path(entry)).close());
  }

  /** Adds a put whose body is in memory. Neither its bytes nor its name are forced. */
  void write(EntryName entry, byte[] body, Content content) throws IOException {
    Path file = path(entry);
    try (NewFile made = disk.create(file)) {
      made.write(ByteBuffer.wrap(body));
      made.setModified(content.digest());
    } catch (IOException | RuntimeException e) {
      drop(file, e);
      throw e;
    }
  }

  /**
   * Forces the body of an entry that was not, and looks at it. The kernel reports once that it
   * could not write bytes, and to one who may have come before; it then returns others.
   *
   * @throws DamagedBodyException if it is not the content that was written, or its force failed
   */
  void forceBody(EntryName entry, Content content) throws IOException {
    Path file = path(entry);
    try (InputStream in = disk.open(file)) {
      if (!isForced(file, in, content)) {
        throw new DamagedBodyException(file + " is not what was written", null);
      }
    } catch (NoSuchFileException e) {
      throw new DamagedBodyException(file + " is gone", e);
    }
  }

  private boolean isForced(Path file, InputStream in, Content content) throws IOException {
    try {
      disk.force(file);
      return contentOf(in.readAllBytes()).equals(content)
          && disk.facts(file).map(Content::of).filter(content::equals).isPresent();
    } catch (ClosedByInterruptException e) {
      throw e; // nothing is known
    } catch (IOException e) {
      throw new DamagedBodyException(file + " could not be forced", e);
    }
  }

  /** Makes the file of an entry anew, forced. */
  void rewrite(EntryName entry, byte[] body, Content content, Path temporary) throws IOException {
    disk.delete(temporary);
    try (NewFile made = disk.create(temporary)) {
      made.write(ByteBuffer.wrap(body));
      made.setModified(content.digest());
      made.force();
    }
    disk.rename(temporary, path(entry));
  }

  static Content contentOf(byte[] body) {
    var digest = new ContentDigest();
    digest.update(body, 0, body.length);
    return digest.content();
  }

  private interface Step {
    void run() throws IOException;
  }

  private void add(EntryName entry, Step step) throws IOException {
    if (!entry.isLong()) {
      step.run();
      return;
    }
    writeName(entry);
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      dropName(entry, e);
      throw e;
    }
  }

  /** Records what became of a write. Until the next force a crash may take that back. */
  void change(EntryName entry, EntryName.Kind kind) throws IOException {
    disk.rename(path(entry), path(entry.as(kind)));
  }

  /** Removes an entry. Until the next force a power failure may bring it back. */
  void remove(EntryName entry) throws IOException {
    disk.delete(path(entry));
    if (entry.isLong()) {
      disk.delete(directory.resolve(entry.nameFile()));
    }
    unforced.put(entry.name(), lastRemoval.incrementAndGet());
  }

  /** Removes one of two files of one entry; a long stored name belongs to the other one as well. */
  void removeTwin(EntryName entry) throws IOException {
    disk.delete(path(entry));
    unforced.put(entry.name(), lastRemoval.incrementAndGet());
  }

  /** Returns true if an entry of a name was removed and a power failure could bring it back. */
  boolean mayComeBack(StoredName name) {
    return unforced.containsKey(name);
  }

  /** Returns true if that holds for any name. */
  boolean mayComeBack() {
    return !unforced.isEmpty();
  }

  /** Makes all changes so far durable. */
  void force() throws IOException {
    long removal = lastRemoval.get();
    commit.force();
    if (!unforced.isEmpty()) {
      unforced.values().removeIf(number -> number <= removal);
    }
  }

  /** All entries, with their names; removes what belongs to none. */
  List<EntryName> list() throws IOException {
    var files = new HashSet<String>();
    disk.list(directory, files::add);
    var entries = new ArrayList<EntryName>();
    var named = new HashSet<String>();
    for (String file : files) {
      Optional<EntryName.Head> entry = EntryName.parse(file);
      if (entry.isEmpty()) {
        if (!EntryName.isNameFile(file)) {
          log.warn("{} is no file of ours; it is left alone", directory.resolve(file));
        }
      } else if (entry.get().name().isPresent()) {
        entries.add(entry.get().of(entry.get().name().get()));
      } else if (files.contains(entry.get().nameFile())) {
        entries.add(entry.get().of(readName(disk, directory, entry.get())));
        named.add(entry.get().nameFile());
      } else {
        // Its removal had begun: its name was here before it, and goes after it.
        disk.delete(directory.resolve(file));
      }
    }
    for (String file : files) {
      if (EntryName.isNameFile(file) && !named.contains(file)) {
        disk.delete(directory.resolve(file));
      }
    }
    return entries;
  }

  private void writeName(EntryName entry) throws IOException {
    try (NewFile file = disk.create(directory.resolve(entry.nameFile()))) {
      file.write(ByteBuffer.wrap(entry.name().toString().getBytes(StandardCharsets.US_ASCII)));
      file.force();
    } catch (IOException | RuntimeException e) {
      dropName(entry, e);
      throw e;
    }
  }

  /**
   * Reads a stored name that is in a file of its own.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws IOException also if it does not hold a stored name
   */
  static StoredName readName(Disk disk, Path directory, EntryName.Head entry) throws IOException {
    Path file = directory.resolve(entry.nameFile());
    try (InputStream in = disk.open(file)) {
      var name = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return StoredName.parse(name)
          .orElseThrow(() -> new IOException(file + " is damaged: it has to hold a stored name"));
    }
  }

  private void dropName(EntryName entry, Exception why) {
    drop(directory.resolve(entry.nameFile()), why);
  }

  private void drop(Path file, Exception why) {
    try {
      disk.delete(file);
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }
}
