package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Takes up what an earlier process left, once, when a store is opened. */
final class Recovery {
  private final Disk disk;
  private final Layout layout;
  private final Entries entries;
  private final Versions versions;
  private final PublishedFiles files;
  private final Keeping keeping;

  Recovery(
      Disk disk,
      Layout layout,
      Entries entries,
      Versions versions,
      PublishedFiles files,
      Keeping keeping) {
    this.disk = disk;
    this.layout = layout;
    this.entries = entries;
    this.versions = versions;
    this.files = files;
    this.keeping = keeping;
  }

  Recovered run(String epoch, String boot, Predicate<StoredName> owns, long nowMs)
      throws IOException {
    for (String leftover : list(layout.incoming())) {
      disk.delete(layout.incoming().resolve(leftover));
    }
    StagingFormat.claim(disk, layout);
    String lastEpoch = read(layout.epochFile());
    boolean valid = epoch.equals(lastEpoch);
    boolean clean = lastEpoch.isEmpty() || takeStopped();
    int dropped = dropCold(owns) + new OtherEpochs(disk, layout).drop(owns);
    new EarlierEntries(disk, layout, versions).takeOver();
    boolean sameBoot = boot.equals(read(layout.bootFile()));
    // Nothing would let a kept write go: it is delivered once more, and then forgotten.
    entries.recover(nowMs, sameBoot && keeping.isOn());
    if (!sameBoot) {
      // Only now: after a crash in the middle, the next start must not trust the rest.
      write(layout.bootFile(), boot);
    }
    int published = 0;
    var shown = new HashSet<StoredName>(names(layout.published()));
    var twice = new HashSet<StoredName>();
    for (StoredName large : names(layout.large())) {
      if (!shown.add(large)) {
        twice.add(large);
      }
    }
    for (StoredName name : shown) {
      if (!owns.test(name) || entries.isHere(name)) {
        continue;
      }
      // A change of the name broke off, and nothing here says which file it was to leave.
      if (valid && !twice.contains(name)) {
        Optional<Content> found = files.find(name);
        if (found.isPresent()) {
          files.enter(name, found.get(), nowMs);
          published++;
        } else {
          files.dropUnknown(
              name); // it links to an absence, or another sidecar withdrew it: see show
        }
      } else {
        files.dropUnknown(name);
        dropped++;
      }
    }
    int puts = 0;
    for (Pending write : entries.all()) {
      switch (write) {
        case Pending.Put put -> show(put.name(), put.content(), entries.body(put), owns);
        case Pending.Delete delete -> files.withdraw(delete.name());
      }
      puts += write instanceof Pending.Put ? 1 : 0;
    }
    for (Kept write : entries.allKept()) {
      if (write.content().isPresent()) {
        show(write.name(), write.content().get(), entries.body(write), owns);
      } else {
        files.withdraw(write.name());
      }
    }
    if (!valid) {
      // Only now: after a crash in the middle, the next start must drop the rest.
      disk.forceDirectory(layout.published());
      disk.forceDirectory(layout.large());
      write(layout.epochFile(), epoch);
    }
    return new Recovered(
        puts, entries.count() - puts, entries.keptCount(), published, dropped, clean);
  }

  /** Shows a put that an earlier process left. */
  private void show(StoredName name, Content content, Path body, Predicate<StoredName> owns)
      throws IOException {
    if (owns.test(name)) {
      files.publishLink(name, content, body, layout.incoming().resolve("recovery"));
    } else {
      // A put of a name that is another sidecar's now: it is settled here and fetched there. The
      // published file may be older than the write, and the other sidecar, which is not ready
      // before the write is settled, may have trusted it.
      files.withdraw(name);
    }
  }

  /** Cold files are not worth the risk: what was asked for is published, or one fetch away. */
  private int dropCold(Predicate<StoredName> owns) throws IOException {
    int dropped = 0;
    for (StoredName name : names(layout.cold())) {
      if (owns.test(name)) {
        disk.delete(layout.cold().resolve(name.toString()));
        dropped++;
      }
    }
    if (disk.isDirectory(layout.ownCold())) {
      for (String file : list(layout.ownCold())) {
        disk.delete(layout.ownCold().resolve(file));
        dropped++;
      }
    }
    return dropped;
  }

  /** Leaves a note for the next process that this one has left nothing running at the origin. */
  static void noteStopped(Disk disk, Layout layout) throws IOException {
    try (NewFile note = disk.create(layout.stoppedFile())) {
      note.force();
    }
    disk.forceDirectory(layout.own());
  }

  /**
   * Returns true if the last process left the note that it stopped. The note is taken away for
   * good, so that it counts once.
   */
  private boolean takeStopped() throws IOException {
    boolean stopped = disk.delete(layout.stoppedFile());
    disk.forceDirectory(layout.own());
    return stopped;
  }

  /** The text of a file; empty if there is none. */
  private String read(Path file) throws IOException {
    try (InputStream in = disk.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException first) {
      return "";
    }
  }

  private void write(Path file, String text) throws IOException {
    Path written = layout.incoming().resolve("note");
    try (NewFile note = disk.create(written)) {
      note.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      note.force();
    }
    disk.rename(written, file);
    disk.forceDirectory(layout.own());
  }

  /** The files of a directory that are called by stored names. All others are not ours. */
  private List<StoredName> names(Path dir) throws IOException {
    return list(dir).stream().flatMap(file -> StoredName.parse(file).stream()).toList();
  }

  private List<String> list(Path dir) throws IOException {
    var names = new ArrayList<String>();
    disk.list(dir, names::add);
    return names;
  }
}
