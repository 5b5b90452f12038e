package dev.holdfast.staging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;

/** What always holds of a staging store that nobody is using at the moment. */
final class StoreChecker {
  private StoreChecker() {}

  static void check(SimulatedDisk disk, Layout layout, StagingStore store) throws IOException {
    assertThat(disk.names(layout.incoming())).as("bodies left behind in incoming").isEmpty();
    for (Path dir : new Path[] {layout.published(), layout.writes(), layout.cold()}) {
      for (String name : disk.names(dir)) {
        Path file = dir.resolve(name);
        boolean isBody =
            !dir.equals(layout.writes())
                || EntryName.parse(name).filter(entry -> entry.kind().isPut()).isPresent();
        if (isBody) {
          assertThat(Content.of(disk.facts(file).orElseThrow()))
              .as("the time of %s is its digest", file)
              .isEqualTo(contentOf(disk.bytes(file)));
        }
      }
    }
    var entries = new TreeSet<String>();
    for (Pending write : store.allPending()) {
      EntryName entry = entry(write);
      entries.add(entry.file());
      if (write.visible()) {
        checkShown(disk, layout, entry);
      }
    }
    for (Kept kept : store.kept().all()) {
      entries.add(kept.entry().file());
      if (store.pending(kept.name()).filter(Pending::visible).isPresent()) {
        throw new AssertionError("kept, and replaced by what reads show: " + kept);
      }
      checkShown(disk, layout, kept.entry());
    }
    assertThat(disk.names(layout.writes()).stream().filter(n -> EntryName.parse(n).isPresent()))
        .as("entries, each of one write")
        .containsExactlyElementsOf(entries);
  }

  private static EntryName entry(Pending write) {
    var kind =
        write instanceof Pending.Put ? EntryName.Kind.PENDING_PUT : EntryName.Kind.PENDING_DELETE;
    return new EntryName(kind, write.version(), write.name());
  }

  private static void checkShown(SimulatedDisk disk, Layout layout, EntryName entry) {
    if (entry.kind().isPut()) {
      assertThat(disk.bytes(layout.published().resolve(entry.name().toString())))
          .as("what is published of %s", entry)
          .isEqualTo(disk.bytes(layout.writes().resolve(entry.file())));
    } else {
      assertThat(disk.names(layout.published())).doesNotContain(entry.name().toString());
    }
  }

  static Content contentOf(byte[] body) {
    var digest = new ContentDigest();
    digest.update(body, 0, body.length);
    return digest.content();
  }
}
