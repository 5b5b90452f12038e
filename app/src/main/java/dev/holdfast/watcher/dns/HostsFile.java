package dev.holdfast.watcher.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of hosts(5). A changed file is read again, on a thread of its own. A file that is not
 * there has no names.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class HostsFile {
  private static final Logger log = LoggerFactory.getLogger(HostsFile.class);

  /** How long the file counts as unchanged, in ns. */
  private static final long UNCHANGED_NANOS = 2_000_000_000L;

  /** The largest file that is read, in bytes. */
  private static final long BYTES_MAX = 4 << 20;

  /** How long a question waits for a file that is read again, in ms. */
  private static final long WAIT_MS = 250;

  private final Reader reader;
  private final LongSupplier nanos;
  private volatile Names current;
  private long lookedAtNanos; // guarded by this
  private Optional<CompletableFuture<Names>> reading = Optional.empty(); // guarded by this
  private boolean isHanging; // true if somebody has waited in vain; guarded by this

  /** The names of the file, and the time of its last change, or empty if it is not there. */
  record Names(Map<String, List<InetAddress>> addresses, Optional<FileTime> modified) {
    static final Names NONE = new Names(Map.of(), Optional.empty());
  }

  /** Reads the file. */
  @FunctionalInterface
  interface Reader {
    /**
     * Returns what is in the file now.
     *
     * @param before what was in it before: if it has not changed, this is returned
     * @throws IOException if it cannot be read
     */
    Names read(Names before) throws IOException;
  }

  /** Reads the file once, which the start may wait for. */
  HostsFile(Path file, LongSupplier nanos) {
    this(before -> read(file, before), nanos);
  }

  HostsFile(Reader reader, LongSupplier nanos) {
    this.reader = reader;
    this.nanos = nanos;
    this.current = readAgain(Names.NONE);
    this.lookedAtNanos = nanos.getAsLong();
  }

  /**
   * Gives the addresses by their names in lower case. If the file has to be looked at again, it is
   * waited for {@value #WAIT_MS} ms at most, and not on this thread. A file that hangs, such as one
   * on a file server that is gone, keeps the names that were in it.
   *
   * @param taker takes them, on this thread if it need not wait
   */
  void names(Consumer<Map<String, List<InetAddress>>> taker) {
    Optional<CompletableFuture<Names>> again = again();
    if (again.isEmpty()) {
      taker.accept(current.addresses());
      return;
    }
    CompletableFuture<Void> _ =
        again
            .get()
            .copy()
            .completeOnTimeout(Names.NONE, WAIT_MS, TimeUnit.MILLISECONDS)
            .thenAccept(
                _ -> {
                  noteWait(again.get());
                  give(taker);
                });
  }

  private void give(Consumer<Map<String, List<InetAddress>>> taker) {
    try {
      taker.accept(current.addresses());
    } catch (RuntimeException e) {
      // Goes on: the others that wait for the file must be told, too.
      log.error("the taker of names of the file of hosts failed", e);
    }
  }

  /** Returns the reading that the caller has to wait for, or empty if it need not. */
  private Optional<CompletableFuture<Names>> again() {
    CompletableFuture<Names> begun;
    synchronized (this) {
      if (reading.isPresent()) {
        return isHanging ? Optional.empty() : reading;
      }
      if (nanos.getAsLong() - lookedAtNanos < UNCHANGED_NANOS) {
        return Optional.empty();
      }
      lookedAtNanos = nanos.getAsLong();
      begun = new CompletableFuture<>();
      reading = Optional.of(begun);
    }
    // A platform thread: a file that hangs would hold the carrier of a virtual one.
    try {
      Thread.ofPlatform().daemon().name("watcher-hosts").start(() -> refresh(begun));
    } catch (OutOfMemoryError e) {
      log.warn("no thread for the file of hosts; the names that were in it stay", e);
      ended(begun, current);
    }
    return Optional.of(begun);
  }

  private synchronized void noteWait(CompletableFuture<Names> waitedFor) {
    if (!waitedFor.isDone() && !isHanging) {
      isHanging = true;
      log.warn("the file of hosts does not answer; the names that were in it stay");
    }
  }

  private void refresh(CompletableFuture<Names> begun) {
    Names found = current;
    try {
      found = readAgain(current);
    } finally {
      ended(begun, found);
    }
  }

  private void ended(CompletableFuture<Names> begun, Names found) {
    current = found;
    synchronized (this) {
      reading = Optional.empty();
      isHanging = false;
    }
    begun.complete(found);
  }

  private Names readAgain(Names before) {
    try {
      return reader.read(before);
    } catch (IOException | RuntimeException e) {
      log.warn("cannot read the file of hosts; the names that were in it stay", e);
      return before;
    }
  }

  private static Names read(Path file, Names before) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Names.NONE;
    }
    Optional<FileTime> modified = Optional.of(Files.getLastModifiedTime(file));
    return modified.equals(before.modified()) || Files.size(file) > BYTES_MAX
        ? before
        : new Names(parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1)), modified);
  }

  private static Map<String, List<InetAddress>> parse(List<String> lines) {
    Map<String, List<InetAddress>> names = new HashMap<>();
    for (String line : lines) {
      String[] words = line.replaceFirst("#.*", "").strip().split("\\s+", -1);
      Optional<InetAddress> address = Literals.parse(words[0]);
      for (int i = 1; i < words.length && address.isPresent(); i++) {
        names
            .computeIfAbsent(words[i].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(address.get());
      }
    }
    names.replaceAll((_, addresses) -> List.copyOf(addresses));
    return names;
  }
}
