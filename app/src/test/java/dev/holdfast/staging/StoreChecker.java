package dev.holdfast.staging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;

/** What always holds of a staging store that nobody is using at the moment. */
final class StoreChecker {
  private StoreChecker() {}

  static void check(SimulatedDisk disk, Layout layout, StagingStore store) throws IOException {
    assertThat(disk.names(layout.incoming())).as("bodies left behind in incoming").isEmpty();
    for (Path dir : new Path[] {layout.published(), layout.pendingPut(), layout.cold()}) {
      for (String name : disk.names(dir)) {
        Path file = dir.resolve(name);
        assertThat(Content.of(disk.facts(file).orElseThrow()))
            .as("the time of %s is its digest", file)
            .isEqualTo(contentOf(disk.bytes(file)));
      }
    }
    for (Pending write : store.allPending()) {
      switch (write) {
        case Pending.Put put -> {
          assertThat(disk.names(layout.pendingPut())).contains(put.name());
          if (put.visible()) {
            assertThat(disk.bytes(layout.published().resolve(put.name())))
                .as("what is published of a pending put")
                .isEqualTo(disk.bytes(layout.pendingPut().resolve(put.name())));
          }
        }
        case Pending.Delete delete -> {
          assertThat(disk.names(layout.pendingDelete())).contains(delete.name());
          if (delete.visible()) {
            assertThat(disk.names(layout.published())).doesNotContain(delete.name());
          }
        }
      }
    }
    assertThat(disk.names(layout.pendingPut()).size() + disk.names(layout.pendingDelete()).size())
        .as("pending files, each of one pending write")
        .isEqualTo(store.allPending().size());
  }

  static Content contentOf(byte[] body) {
    var digest = new ContentDigest();
    digest.update(body, 0, body.length);
    return digest.content();
  }
}
