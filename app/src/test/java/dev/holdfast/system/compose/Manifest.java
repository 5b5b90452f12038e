package dev.holdfast.system.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.StackFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The writes, recorded outside of the tested stack: for each name its possible contents.
 *
 * <p>These are the last acknowledged write, and later ones that were not answered with a success.
 * When one of them has been read from a running sidecar, it is the only one left. A write whose
 * sidecar was killed either has been staged and is shown from the next start on, or is never shown.
 *
 * <p>Threading: may be used from any number of threads, for each name by one at a time.
 */
public final class Manifest {
  /** The content of a name without a file. */
  public static final String ABSENT = "absent";

  private final Map<String, Set<String>> possible = new ConcurrentHashMap<>();

  public Manifest(List<String> names) {
    for (String name : names) {
      possible.put(name, Set.of(ABSENT));
    }
  }

  Set<String> names() {
    return possible.keySet();
  }

  /** Notes a write that is about to be sent. From now on it may be the content. */
  public void sent(String name, String content) {
    var more = new HashSet<>(possible.get(name));
    more.add(content);
    possible.put(name, Set.copyOf(more));
  }

  /** Notes that this write was acknowledged. No older one can be the content. */
  public void acknowledged(String name, String content) {
    possible.put(name, Set.of(content));
  }

  /** Checks a content that was read. */
  public void read(String name, String content) {
    assertThat(possible.get(name)).as("what %s may be", name).contains(content);
  }

  /** Checks a content that was read, and requires it from now on. */
  public void readForGood(String name, String content) {
    read(name, content);
    possible.put(name, Set.of(content));
  }

  /** Returns the only possible content of a name. */
  String only(String name) {
    assertThat(possible.get(name)).as("what %s may be", name).hasSize(1);
    return possible.get(name).iterator().next();
  }

  /** Checks that a directory holds exactly the files of all names, in their stored form. */
  public void assertIsOn(Path directory) throws IOException {
    var expected = new TreeMap<String, String>();
    for (String name : possible.keySet()) {
      if (!only(name).equals(ABSENT)) {
        expected.put(StackFacts.stored(name), only(name));
      }
    }
    try (Stream<Path> files = Files.list(directory)) {
      Map<String, String> found =
          files.collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(), reading(Files::readAllBytes)));
      assertThat(new TreeMap<>(found)).isEqualTo(expected);
    }
  }

  /** Returns the SHA-256 of a body. */
  public static String content(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Bytes {
    byte[] of(Path file) throws IOException;
  }

  private static Function<Path, String> reading(Bytes bytes) {
    return file -> {
      try {
        return content(bytes.of(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
