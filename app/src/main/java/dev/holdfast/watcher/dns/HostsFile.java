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
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of hosts(5). A changed file is read again. A file that is not there has no names.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class HostsFile {
  private static final Logger log = LoggerFactory.getLogger(HostsFile.class);

  /** How long the file counts as unchanged, in ns. */
  private static final long UNCHANGED_NANOS = 2_000_000_000L;

  /** The largest file that is read, in bytes. */
  private static final long BYTES_MAX = 4 << 20;

  private final Path file;
  private final LongSupplier nanos;
  private Map<String, List<InetAddress>> names = Map.of();
  private Optional<FileTime> readOf = Optional.empty();
  private long lookedAtNanos;

  HostsFile(Path file, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    this.lookedAtNanos = nanos.getAsLong() - UNCHANGED_NANOS;
  }

  /** Returns the addresses of a name in lower case, or none if the file does not have it. */
  synchronized List<InetAddress> addresses(String name) {
    long now = nanos.getAsLong();
    if (now - lookedAtNanos >= UNCHANGED_NANOS) {
      lookedAtNanos = now;
      refresh();
    }
    return names.getOrDefault(name, List.of());
  }

  private void refresh() {
    try {
      if (!Files.isRegularFile(file)) {
        names = Map.of();
        readOf = Optional.empty();
        return;
      }
      Optional<FileTime> modified = Optional.of(Files.getLastModifiedTime(file));
      if (!modified.equals(readOf) && Files.size(file) <= BYTES_MAX) {
        names = parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        readOf = modified;
      }
    } catch (IOException e) {
      log.warn("cannot read {}; the names that were in it stay", file, e);
    }
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
