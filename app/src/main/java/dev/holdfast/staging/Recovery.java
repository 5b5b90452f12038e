package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What is done once when a store is opened. */
final class Recovery {
  private final Disk disk;
  private final Layout layout;
  private final PendingWrites pending;
  private final PublishedFiles published;

  Recovery(Disk disk, Layout layout, PendingWrites pending, PublishedFiles published) {
    this.disk = disk;
    this.layout = layout;
    this.pending = pending;
    this.published = published;
  }

  Recovered run(String epoch, Predicate<String> owns, long nowMs) throws IOException {
    for (String leftover : list(layout.incoming())) {
      disk.delete(layout.incoming().resolve(leftover));
    }
    StagingFormat.claim(disk, layout);
    String lastEpoch = lastEpoch();
    boolean valid = epoch.equals(lastEpoch);
    boolean clean = lastEpoch.isEmpty() || takeStopped();
    int dropped = dropCold(owns);
    List<Pending> writes = pending.recover(nowMs);
    int kept = 0;
    for (String name : list(layout.published())) {
      if (name.equals(Layout.COLD) || !owns.test(name) || pending.get(name).isPresent()) {
        continue;
      }
      if (valid) {
        Optional<Content> found = published.find(name); // another sidecar may withdraw it: see show
        if (found.isPresent()) {
          published.enter(name, found.get(), nowMs);
          kept++;
        }
      } else {
        published.dropUnknown(name);
        dropped++;
      }
    }
    int puts = 0;
    for (Pending write : writes) {
      show(write, owns);
      puts += write instanceof Pending.Put ? 1 : 0;
    }
    if (!valid) {
      // Only now: after a crash in the middle, the next start must drop the rest.
      disk.forceDirectory(layout.published());
      writeEpoch(epoch);
    }
    return new Recovered(puts, writes.size() - puts, kept, dropped, clean);
  }

  private void show(Pending write, Predicate<String> owns) throws IOException {
    if (!owns.test(write.name())) {
      // It moved to another sidecar: settled here, fetched there. What is published may be older
      // than the write, and the other one, not ready before it is settled, may have trusted it.
      published.withdraw(write.name());
      return;
    }
    switch (write) {
      case Pending.Put put ->
          published.publishLink(
              put.name(), pending.body(put.name()), layout.incoming().resolve("recovery"));
      case Pending.Delete delete -> published.withdraw(delete.name());
    }
  }

  /** Cold files are not worth the risk: what was asked for is published, or one fetch away. */
  private int dropCold(Predicate<String> owns) throws IOException {
    int dropped = 0;
    for (String name : list(layout.cold())) {
      if (owns.test(name)) {
        disk.delete(layout.cold().resolve(name));
        dropped++;
      }
    }
    if (disk.facts(layout.ownCold()).isPresent()) {
      for (String name : list(layout.ownCold())) {
        disk.delete(layout.ownCold().resolve(name));
        dropped++;
      }
    }
    return dropped;
  }

  /**
   * Whether the last process left the note that it stopped; taken away for good, it counts once.
   */
  private boolean takeStopped() throws IOException {
    boolean stopped = disk.delete(layout.stoppedFile());
    disk.forceDirectory(layout.own());
    return stopped;
  }

  private String lastEpoch() throws IOException {
    try (InputStream in = disk.open(layout.epochFile())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException first) {
      return "";
    }
  }

  private void writeEpoch(String epoch) throws IOException {
    Path written = layout.incoming().resolve("epoch");
    try (NewFile file = disk.create(written)) {
      file.write(ByteBuffer.wrap(epoch.getBytes(StandardCharsets.UTF_8)));
      file.force();
    }
    disk.rename(written, layout.epochFile());
    disk.forceDirectory(layout.own());
  }

  private List<String> list(Path dir) throws IOException {
    var names = new ArrayList<String>();
    disk.list(dir, names::add);
    return names;
  }
}
