package dev.holdfast.watcher.config;

import dev.holdfast.watcher.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The list of endpoints as a file. docs/watcher.md has its keys. */
public final class WatchFile {
  /** The largest file, in bytes: 16 MiB. */
  public static final int FILE_BYTES_MAX = 16 << 20;

  /** The most names, values, lists and mappings of a file. Each costs far more than its bytes. */
  public static final int NODES_MAX = 1_000_000;

  /** The most endpoints of a file. */
  public static final int ENDPOINTS_MAX = 20_000;

  /** The most complaints about a file. */
  public static final int COMPLAINTS_MAX = 50;

  private WatchFile() {}

  /** Reads a file. */
  public static WatchList read(Path file) {
    Complaints complaints = new Complaints(file.toString());
    return YamlText.read(file, complaints)
        .map(text -> read(text, complaints))
        .orElseGet(complaints::refused);
  }

  /**
   * Reads a stream.
   *
   * @param name its name, for complaints
   * @throws IOException if the stream fails
   */
  public static WatchList read(String name, InputStream in) throws IOException {
    Complaints complaints = new Complaints(name);
    return YamlText.read(in, complaints)
        .map(text -> read(text, complaints))
        .orElseGet(complaints::refused);
  }

  /**
   * Reads the text of a file.
   *
   * @param name the file's name, for complaints
   */
  public static WatchList read(String name, String text) {
    return read(text, new Complaints(name));
  }

  private static WatchList read(String text, Complaints complaints) {
    List<Endpoint> endpoints =
        YamlText.parse(text, complaints)
            .map(root -> new ListReader(complaints).read(root))
            .orElse(List.of());
    return complaints.isEmpty() ? new WatchList.Read(endpoints) : complaints.refused();
  }

  /**
   * Writes a list of endpoints, in the order of their ids. {@link #read(Path)} reads equal ones.
   *
   * @throws IllegalArgumentException if a file cannot say an endpoint, such as one with the same
   *     header twice
   */
  public static String write(List<Endpoint> endpoints) {
    return new ListWriter().write(endpoints);
  }
}
