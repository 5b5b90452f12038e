package dev.holdfast.cas;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.holdfast.files.FileService;
import dev.holdfast.files.ReadOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Whether all blobs that an action names are there, wherever they are. Actions take memory while
 * they are looked at: only so many at once, further ones wait.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Completeness {
  private static final int AT_ONCE = 4;
  private static final long WAIT_MS = 5_000;
  private static final int TREE_BYTES_MAX = 16 * 1024 * 1024;
  private static final int BLOBS_MAX = 100_000;

  private final FileService files;
  private final Owners owners;
  private final Peers peers;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  Completeness(FileService files, Owners owners, Peers peers) {
    this.files = files;
    this.owners = owners;
    this.peers = peers;
  }

  /** Whether all is there that an action names. */
  Peers.Said of(byte[] action) throws IOException, InterruptedException {
    if (!places.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
      return new Peers.Said.Nothing("too many actions are being looked at");
    }
    try {
      return all(Actions.ofResult(action));
    } finally {
      places.release();
    }
  }

  private Peers.Said all(Actions.Named named) throws IOException, InterruptedException {
    var seen = new HashSet<Digest>();
    Peers.Said said = all(named.blobs(), seen);
    if (!(said instanceof Peers.Said.Yes)) {
      return said;
    }
    for (Digest tree : named.trees()) {
      Peers.Said there = all(Set.of(tree), seen);
      if (!(there instanceof Peers.Said.Yes)) {
        return there;
      }
      Optional<byte[]> bytes = treeBytes(tree);
      if (bytes.isEmpty()) {
        return new Peers.Said.Nothing("the directory " + tree + " cannot be looked into");
      }
      Peers.Said below = allOfTree(bytes.get(), seen);
      if (!(below instanceof Peers.Said.Yes)) {
        return below;
      }
    }
    return new Peers.Said.Yes();
  }

  private Peers.Said allOfTree(byte[] tree, Set<Digest> seen)
      throws IOException, InterruptedException {
    Set<Digest> files;
    try {
      files = Actions.ofTree(tree);
    } catch (InvalidProtocolBufferException e) {
      return new Peers.Said.No(); // whoever gets the action could not make the directory
    }
    return all(files, seen);
  }

  private Peers.Said all(Iterable<Digest> blobs, Set<Digest> seen)
      throws IOException, InterruptedException {
    for (Digest blob : blobs) {
      if (seen.size() > BLOBS_MAX) {
        return new Peers.Said.Nothing("the action names more than " + BLOBS_MAX + " blobs");
      }
      if (seen.add(blob) && !blob.equals(Digest.EMPTY)) {
        Peers.Said said = has(blob);
        if (!(said instanceof Peers.Said.Yes)) {
          return said;
        }
      }
    }
    return new Peers.Said.Yes();
  }

  private Peers.Said has(Digest blob) throws IOException, InterruptedException {
    if (!owners.isSelf(blob.blob())) {
      return peers.has(owners.of(blob.blob()), blob);
    }
    return switch (files.read(blob.blob())) {
      case ReadOutcome.Here _ -> new Peers.Said.Yes();
      // What cannot be read is of no use; executing the action again may mend it.
      case ReadOutcome.Absent _, ReadOutcome.Damaged _, ReadOutcome.Nonsense _ ->
          new Peers.Said.No();
      case ReadOutcome.Unavailable(String detail) -> new Peers.Said.Nothing(detail);
    };
  }

  private Optional<byte[]> treeBytes(Digest tree) throws IOException, InterruptedException {
    if (tree.equals(Digest.EMPTY)) {
      return Optional.of(new byte[0]);
    }
    if (!owners.isSelf(tree.blob())) {
      return peers.get(owners.of(tree.blob()), tree, TREE_BYTES_MAX);
    }
    var bytes = new ByteArrayOutputStream();
    boolean whole = files.readInto(tree.blob(), bytes, TREE_BYTES_MAX);
    return whole ? Optional.of(bytes.toByteArray()) : Optional.empty();
  }
}
