package dev.holdfast.files;

import dev.holdfast.files.FileService.Reader;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.StagingStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads of files: from the shelf, or else by a fetch.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Reads {
  private final StagingStore store;
  private final Shelf shelf;
  private final Fetches fetches;

  Reads(StagingStore store, Shelf shelf, Fetches fetches) {
    this.store = store;
    this.shelf = shelf;
    this.fetches = fetches;
  }

  /** Keeps a file, also one that is not here yet, from being evicted until this is closed. */
  Closeable hold(StoredName name) {
    store.hold(name);
    return () -> store.letGo(name);
  }

  /** Returns what can be said of a file without a change of anything, or empty if nothing can. */
  Optional<ReadOutcome> glance(StoredName name) throws IOException {
    return shelf.glance(name);
  }

  /** Notes that somebody asks for a file that is known absent; true if it is to be linked. */
  boolean isLinkDue(StoredName name) {
    return shelf.isLinkDue(name);
  }

  /** Notes that somebody was told of an absence that was known. */
  void askedAbsent(StoredName name) {
    shelf.askedAbsent(name);
  }

  /** Returns what can be said of a file without the origin, or empty if nothing can. */
  Optional<ReadOutcome> look(StoredName name) throws IOException {
    return shelf.look(name);
  }

  /** Makes sure that a file is published, if there is one. */
  ReadOutcome read(StoredName name) throws IOException, InterruptedException {
    Optional<ReadOutcome> seen = shelf.glance(name);
    return seen.isPresent() ? seen.get() : readUnseen(name);
  }

  /** Goes on with a read whose {@link #glance} has just found nothing. */
  ReadOutcome readUnseen(StoredName name) throws IOException, InterruptedException {
    Optional<ReadOutcome> here = shelf.lookAfterChange(name);
    return here.isPresent() ? here.get() : fetches.fetch(name);
  }

  /** Opens a published file. Returns empty if it was withdrawn since it was read. */
  Optional<OpenedFile> open(StoredName name) throws IOException {
    return shelf.open(name);
  }

  /** Has a file read. Returns false if there is none to be had. */
  boolean read(StoredName name, Reader reader) throws IOException, InterruptedException {
    Optional<OpenedFile> opened;
    try (Closeable _ = hold(name)) {
      opened = read(name) instanceof ReadOutcome.Here ? open(name) : Optional.empty();
    }
    if (opened.isPresent()) {
      try (InputStream bytes = opened.get().bytes()) {
        reader.read(bytes, opened.get().content().size());
      }
    }
    return opened.isPresent();
  }
}
