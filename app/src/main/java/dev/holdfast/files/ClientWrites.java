package dev.holdfast.files;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Optional;

/**
 * Writes as clients bring them: what a body has to be, by its name and its precondition, is looked
 * at before {@link Writes} does them.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class ClientWrites {
  private final Mode mode;
  private final StagingStore store;
  private final Shelf shelf;
  private final Writes writes;
  private final QuickWrites quickWrites;
  private final ReservedNames names;
  private final Damaged damaged;

  ClientWrites(
      Mode mode,
      StagingStore store,
      Shelf shelf,
      Writes writes,
      QuickWrites quickWrites,
      ReservedNames names,
      Damaged damaged) {
    this.mode = mode;
    this.store = store;
    this.shelf = shelf;
    this.writes = writes;
    this.quickWrites = quickWrites;
    this.names = names;
    this.damaged = damaged;
  }

  /**
   * Makes a place for the body of a put of a name.
   *
   * @param length in bytes, or -1 if it is not known
   * @throws dev.holdfast.staging.NoRoomException if there is no room for it
   */
  Upload upload(StoredName name, long length) throws IOException, InterruptedException {
    return new Upload(store.spoolWritten(length, names.digest(name)));
  }

  /**
   * Makes a place for a body of which the name is not known yet.
   *
   * @param length in bytes, or -1 if it is not known
   * @param digest what is to be found of it
   * @throws dev.holdfast.staging.NoRoomException if there is no room for it
   */
  Upload upload(long length, Upload.Digest digest) throws IOException, InterruptedException {
    return new Upload(store.spoolWritten(length, digest.begin()));
  }

  /** Puts a body. Takes the upload over, whatever comes of it. */
  WriteOutcome put(StoredName name, Upload upload, Precondition precondition)
      throws IOException, InterruptedException {
    Spool body = upload.spool();
    Content content;
    try {
      Optional<String> address = names.sha256(name);
      if (address.isPresent() && !address.get().equals(body.sha256())) {
        body.close();
        return new WriteOutcome.OtherDigest(body.sha256());
      }
      if (precondition.needsCurrent() && isUnmetHere(name, precondition)) {
        body.close(); // of many who bring the same at once, most need not force it
        return new WriteOutcome.Unmet();
      }
      content = body.finishForced();
    } catch (IOException e) {
      body.close();
      return Writes.noRoom(e);
    } catch (RuntimeException e) {
      body.close();
      throw e;
    }
    return mended(name, writes.put(name, body, content, precondition));
  }

  private boolean isUnmetHere(StoredName name, Precondition precondition) throws IOException {
    return shelf.look(name).orElse(null) instanceof ReadOutcome.Here here
        && !precondition.holds(Optional.of(here.content()));
  }

  /** Returns true if clients may delete a file of this name. */
  boolean mayDelete(StoredName name) {
    return names.mayDelete(name);
  }

  /** Deletes a file, whether there is one or not. */
  WriteOutcome delete(StoredName name, Precondition precondition)
      throws IOException, InterruptedException {
    return mended(name, writes.delete(name, precondition));
  }

  /**
   * Returns what does the writes of a name that have no precondition and need not wait for
   * anything, or empty if the ordinary route is to do them.
   */
  Optional<QuickWrites> quick(StoredName name) {
    return mode == Mode.BEHIND && !quickWrites.isCrowded() && names.sha256(name).isEmpty()
        ? Optional.of(quickWrites)
        : Optional.empty();
  }

  /** A successful put or delete clears the recorded damage. */
  private WriteOutcome mended(StoredName name, WriteOutcome written) {
    if (written instanceof WriteOutcome.Done && names.sha256(name).isPresent()) {
      damaged.remove(name);
    }
    return written;
  }
}
