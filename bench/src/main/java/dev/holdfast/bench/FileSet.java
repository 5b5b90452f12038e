package dev.holdfast.bench;

import dev.holdfast.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Files of one kind, whose bodies identify them.
 *
 * @param prefix the prefix of their names
 * @param bytes the length of each body
 */
record FileSet(String prefix, int count, int bytes) {
  static final String PATH = "/api/fileserver/";

  String name(int i) {
    return prefix + i;
  }

  List<String> names() {
    return IntStream.range(0, count).mapToObj(this::name).toList();
  }

  /** Returns the target of a request for each file. */
  List<String> targets() {
    return names().stream().map(name -> PATH + name).toList();
  }

  /**
   * Returns the body that a name has.
   *
   * @param version counts the writes of the name, from 1
   */
  byte[] body(String name, int version) {
    return bytes < Bodies.lengthMin(name) ? new byte[bytes] : Bodies.make(name, 0, version, bytes);
  }

  /** Writes the first version of each file into the file servers' directory. */
  void writeTo(Path data) throws IOException {
    for (String name : names()) {
      byte[] body = body(name, 1);
      Files.write(data.resolve(name), body);
      String stored = stored(name);
      if (!stored.equals(name)) {
        Files.write(data.resolve(stored), body);
      }
    }
  }

  /** Returns the stored form of a name with a colon in it. */
  private static String stored(String name) {
    return name.contains(":") ? "~" + name.replace(":", "~3A") : name;
  }
}
