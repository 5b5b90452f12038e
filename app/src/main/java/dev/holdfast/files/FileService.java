package dev.holdfast.files;

import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Name;
import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Origin;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.WriteChanges.Listening;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Reads and writes of names, without HTTP. All that others may ask of this package; {@link Reads},
 * {@link ClientWrites} and the other parts do it.
 *
 * <p>Threading: may be used from any number of threads. Closed once; who still uses it then gets
 * exceptions.
 */
public final class FileService implements AutoCloseable {
  private final FileParts.Shared shared;
  private final Reads reads;
  private final ClientWrites writes;
  private final Settling settling;
  private final StatusReport status;
  private final BackgroundWork work;

  /**
   * A service that closes its origin when it is closed.
   *
   * @param settlers how many pending writes are brought to the origin at once, 1 or more
   * @param caller the requests that this service is used for
   */
  public FileService(
      FilesConfig config,
      Origin origin,
      StagingStore store,
      int settlers,
      ReservedNames names,
      Caller caller,
      InstantSource clock,
      RandomGenerator random,
      Meters meters) {
    this(
        new FileParts.Shared(config, origin, settlers, names, caller, clock, random),
        true,
        store,
        meters);
  }

  private FileService(
      FileParts.Shared shared, boolean ownsOrigin, StagingStore store, Meters meters) {
    this.shared = shared;
    var parts = new FileParts(shared, ownsOrigin, store, meters);
    this.reads = parts.reads();
    this.writes = parts.writes();
    this.settling = parts.settling();
    this.status = parts.status();
    this.work = parts.work();
    work.start(shared.settlers());
  }

  /**
   * A service of another store in front of the same origin, where the two share what is allowed at
   * once. Close both; the origin is closed with this one.
   */
  public FileService beside(StagingStore other, Meters otherMeters) {
    return new FileService(shared, false, other, otherMeters);
  }

  /** Keeps a file, also one that is not here yet, from being evicted until this is closed. */
  public Closeable hold(Name name) {
    return reads.hold(name.stored());
  }

  /** Returns what can be said of a file without a change of anything, or empty if nothing can. */
  public Optional<ReadOutcome> glance(Name name) throws IOException {
    return reads.glance(name.stored());
  }

  /**
   * Notes that a client asks for a file that is known absent. Returns true if {@link #askedAbsent}
   * is to be called for it, which may wait for the disk.
   */
  public boolean isLinkDue(Name name) {
    return reads.isLinkDue(name.stored());
  }

  /** Notes that a client is told of an absence that was known: nginx may answer the next ones. */
  public void askedAbsent(Name name) {
    reads.askedAbsent(name.stored());
  }

  /** Returns what can be said of a file without the origin, or empty if nothing can. */
  public Optional<ReadOutcome> look(Name name) throws IOException {
    return reads.look(name.stored());
  }

  /** Makes sure that a file is published, if there is one. */
  public ReadOutcome read(Name name) throws IOException, InterruptedException {
    return reads.read(name.stored());
  }

  /** Goes on with a read whose {@link #glance} has just found nothing. */
  public ReadOutcome readUnseen(Name name) throws IOException, InterruptedException {
    return reads.readUnseen(name.stored());
  }

  /** Opens a published file. Returns empty if it was withdrawn since it was read. */
  public Optional<OpenedFile> open(Name name) throws IOException {
    return reads.open(name.stored());
  }

  /** Reads a file from its beginning. */
  public interface Reader {
    /** Reads it; the size is in bytes. */
    void read(InputStream bytes, long size) throws IOException;
  }

  /** Has a file read. Returns false if there is none to be had. */
  public boolean read(Name name, Reader reader) throws IOException, InterruptedException {
    return reads.read(name.stored(), reader);
  }

  /**
   * Makes a place for the body of a put of a name.
   *
   * @param length in bytes, or -1 if it is not known
   * @throws dev.holdfast.staging.NoRoomException if there is no room for it
   */
  public Upload upload(Name name, long length) throws IOException, InterruptedException {
    return writes.upload(name.stored(), length);
  }

  /**
   * Makes a place for a body of which the name is not known yet.
   *
   * @param length in bytes, or -1 if it is not known
   * @param digest what is to be found of it
   * @throws dev.holdfast.staging.NoRoomException if there is no room for it
   */
  public Upload upload(long length, Upload.Digest digest) throws IOException, InterruptedException {
    return writes.upload(length, digest);
  }

  /** Puts a body. Takes the upload over, whatever comes of it. */
  public WriteOutcome put(Name name, Upload upload, Precondition precondition)
      throws IOException, InterruptedException {
    return writes.put(name.stored(), upload, precondition);
  }

  /** Returns true if clients may delete a file of this name. */
  public boolean mayDelete(Name name) {
    return writes.mayDelete(name.stored());
  }

  /** Deletes a file, whether there is one or not. */
  public WriteOutcome delete(Name name, Precondition precondition)
      throws IOException, InterruptedException {
    return writes.delete(name.stored(), precondition);
  }

  /**
   * Returns what does the writes of a name that have no precondition and need not wait for
   * anything, or empty if {@link #put} and {@link #delete} are to do them.
   */
  public Optional<QuickWrites> quickWrites(Name name) {
    return writes.quick(name.stored());
  }

  /** How the service stands. */
  public Status status() {
    return status.now();
  }

  /** Waits like {@link Settling#awaitSettled}. */
  public List<StoredName> awaitSettled(long waitMs) throws InterruptedException {
    return settling.awaitSettled(waitMs);
  }

  /** Waits like {@link Settling#awaitNothingKept}. */
  public List<StoredName> awaitNothingKept(long waitMs) throws IOException, InterruptedException {
    return settling.awaitNothingKept(waitMs);
  }

  /** Listens like {@link Settling#listenForLastOfOthers}. */
  public Listening listenForLastOfOthers(Predicate<StoredName> owns, Runnable told) {
    return settling.listenForLastOfOthers(owns, told);
  }

  /**
   * Returns the number of pending and kept writes of names that are not this sidecar's any more:
   * they moved to another one.
   */
  public long writesOfOthers(Predicate<StoredName> owns) {
    return settling.countOfOthers(owns);
  }

  /**
   * Brings pending writes to the origin for as long as the configuration allows, then ends all that
   * is under way. Writes that are left stay pending on disk.
   */
  @Override
  public void close() {
    work.close();
  }
}
