package dev.holdfast.cas;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.holdfast.files.FileService;
import dev.holdfast.files.ReadOutcome;
import dev.holdfast.http.RequestId;
import dev.holdfast.http.RequestPlace;
import dev.holdfast.names.Name;
import dev.holdfast.names.Owners;
import dev.holdfast.streams.BoundedStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks for all blobs that an action names, wherever they are. The names take memory while they are
 * looked at: only so many actions at once, further ones wait. Neither an action nor a tree is in
 * memory as a whole.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Completeness {
  private static final int AT_ONCE = 4;
  private static final int LOOKS_AT_ONCE = 8;
  private static final long WAIT_MS = 5_000;
  private static final long WITHIN_MS = 20_000;
  private static final int TREE_BYTES_MAX = 16 * 1024 * 1024;
  private static final int BLOBS_MAX = 20_000;

  private static final Peers.Said TOO_MANY =
      new Peers.Said.Nothing("too many requests wait for others");

  private final FileService files;
  private final Owners owners;
  private final Peers peers;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  Completeness(FileService files, Owners owners, Peers peers) {
    this.files = files;
    this.owners = owners;
    this.peers = peers;
  }

  /** Looks for all that an action names. Reads nothing of the action before there is a place. */
  Peers.Said of(InputStream action, long size) throws IOException, InterruptedException {
    return RequestPlace.whileWaiting(() -> look(action, size), TOO_MANY);
  }

  private Peers.Said look(InputStream action, long size) throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WITHIN_MS);
    if (!places.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
      return new Peers.Said.Nothing("too many actions are being looked at");
    }
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Actions.Named named = Actions.ofResult(BoundedStream.exactly(action, size), BLOBS_MAX);
      Future<Peers.Said> looked = threads.submit(RequestId.carriedCall(() -> all(named, threads)));
      return looked.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (Actions.TooMuchException e) {
      return new Peers.Said.Nothing(e.getMessage());
    } catch (TimeoutException e) {
      return new Peers.Said.Nothing(
          "looking at the blobs that the action names takes longer than " + WITHIN_MS + " ms");
    } catch (ExecutionException e) {
      return failure(e);
    } finally {
      threads.shutdownNow(); // what still looks is asked to end, and need not be waited for
      places.release();
    }
  }

  private static Peers.Said failure(ExecutionException e) throws IOException {
    if (e.getCause() instanceof Actions.TooMuchException tooMuch) {
      return new Peers.Said.Nothing(tooMuch.getMessage());
    }
    throw new IOException("cannot look at what the action names", e.getCause());
  }

  private Peers.Said all(Actions.Named named, ExecutorService threads)
      throws IOException, InterruptedException, ExecutionException {
    var seen = new HashSet<>(named.blobs());
    seen.addAll(named.trees());
    Peers.Said said = allThere(seen, threads);
    for (Digest tree : named.trees()) {
      if (!(said instanceof Peers.Said.Yes)) {
        return said;
      }
      said = allOfTree(tree, seen, threads);
    }
    return said;
  }

  private Peers.Said allOfTree(Digest tree, Set<Digest> seen, ExecutorService threads)
      throws IOException, InterruptedException, ExecutionException {
    var found = new Actions.Found(Math.max(0, BLOBS_MAX - seen.size()), seen);
    try {
      if (!tree.equals(Digest.EMPTY) && !read(tree, found)) {
        return new Peers.Said.Nothing("the directory " + tree + " cannot be looked into");
      }
    } catch (InvalidProtocolBufferException e) {
      return new Peers.Said.No(); // whoever gets the action could not make the directory
    }
    seen.addAll(found.all());
    return allThere(found.all(), threads);
  }

  private boolean read(Digest tree, Actions.Found found) throws IOException, InterruptedException {
    FileService.Reader reader =
        (bytes, size) -> {
          if (size > TREE_BYTES_MAX) {
            throw new Actions.TooMuchException(
                "a directory that the action names is described by " + size + " bytes");
          }
          Actions.ofTree(BoundedStream.exactly(bytes, size), found);
        };
    Name name = tree.blob();
    return owners.isSelf(name)
        ? files.read(name, reader)
        : peers.get(owners.of(name), tree, reader);
  }

  /** Looks at some blobs at once, until one is not there. */
  private Peers.Said allThere(Collection<Digest> blobs, ExecutorService threads)
      throws InterruptedException, ExecutionException {
    var left = new ConcurrentLinkedQueue<>(blobs);
    int lookers = Math.min(LOOKS_AT_ONCE, blobs.size());
    var ended = new ExecutorCompletionService<Peers.Said>(threads);
    for (int i = 0; i < lookers; i++) {
      Future<Peers.Said> _ = ended.submit(RequestId.carriedCall(() -> look(left)));
    }
    for (int i = 0; i < lookers; i++) {
      Peers.Said said = ended.take().get();
      if (!(said instanceof Peers.Said.Yes)) {
        left.clear();
        return said;
      }
    }
    return new Peers.Said.Yes();
  }

  private Peers.Said look(Queue<Digest> left) throws IOException, InterruptedException {
    for (Digest blob = left.poll(); blob != null; blob = left.poll()) {
      Peers.Said said = has(blob);
      if (!(said instanceof Peers.Said.Yes)) {
        return said;
      }
    }
    return new Peers.Said.Yes();
  }

  private Peers.Said has(Digest blob) throws IOException, InterruptedException {
    if (blob.equals(Digest.EMPTY)) {
      return new Peers.Said.Yes();
    }
    Name name = blob.blob();
    if (!owners.isSelf(name)) {
      return peers.has(owners.of(name), blob);
    }
    return switch (files.read(name)) {
      case ReadOutcome.Here _ -> new Peers.Said.Yes();
      // An unreadable blob is of no use; executing the action again may mend it.
      case ReadOutcome.Absent _, ReadOutcome.Damaged _, ReadOutcome.Nonsense _ ->
          new Peers.Said.No();
      case ReadOutcome.Unavailable(String detail) -> new Peers.Said.Nothing(detail);
    };
  }
}
