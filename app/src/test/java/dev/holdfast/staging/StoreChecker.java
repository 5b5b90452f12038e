package dev.holdfast.staging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;

/** What always holds of a staging store that nobody is using at the moment. */
final class StoreChecker {
  private StoreChecker() {}

  static void check(SimulatedDisk disk, Layout layout, StagingStore store) throws IOException {
    assertThat(disk.names(layout.incoming())).as("bodies left behind in incoming").isEmpty();
    for (Path dir :
        new Path[] {layout.published(), layout.large(), layout.writes(), layout.cold()}) {
      for (String name : disk.names(dir)) {
        Path file = dir.resolve(name);
        boolean isBody =
            dir.equals(layout.writes())
                ? EntryName.parse(name).filter(entry -> entry.kind().isPut()).isPresent()
                : !disk.isLink(file);
        if (isBody) {
          assertThat(Content.of(disk.facts(file).orElseThrow()))
              .as("the time of %s is its digest", file)
              .isEqualTo(contentOf(disk.bytes(file)));
        }
      }
    }
    checkPlaces(disk, layout);
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

  /** Each published file is in the directory of its size, and a name is in one of them. */
  private static void checkPlaces(SimulatedDisk disk, Layout layout) {
    var names = new TreeSet<String>();
    for (Path dir : new Path[] {layout.published(), layout.large(), layout.cold()}) {
      for (String name : disk.names(dir)) {
        assertThat(names.add(name)).as("%s is in one directory alone", name).isTrue();
        StoredName stored = StoredName.parse(name).orElseThrow();
        if (!dir.equals(layout.cold()) && !disk.isLink(dir.resolve(name))) {
          assertThat(
                  layout.published().resolve(within(stored, disk.bytes(dir.resolve(name)).length)))
              .isEqualTo(dir.resolve(name));
        }
      }
    }
  }

  private static String within(StoredName name, long size) {
    return size > 64 << 10 ? ".large/" + name : name.toString();
  }

  private static EntryName entry(Pending write) {
    var kind =
        write instanceof Pending.Put ? EntryName.Kind.PENDING_PUT : EntryName.Kind.PENDING_DELETE;
    return new EntryName(kind, write.version(), write.name());
  }

  private static void checkShown(SimulatedDisk disk, Layout layout, EntryName entry) {
    if (entry.kind().isPut()) {
      byte[] body = disk.bytes(layout.writes().resolve(entry.file()));
      assertThat(disk.bytes(layout.published().resolve(within(entry.name(), body.length))))
          .as("what is published of %s", entry)
          .isEqualTo(body);
    } else {
      Path file = layout.published().resolve(entry.name().toString());
      assertThat(!disk.isThere(file) || disk.isLink(file))
          .as("nothing but a link is published of %s", entry)
          .isTrue();
      assertThat(disk.names(layout.large())).doesNotContain(entry.name().toString());
    }
  }

  static Content contentOf(byte[] body) {
    var digest = new ContentDigest();
    digest.update(body, 0, body.length);
    return digest.content();
  }
}
