package dev.holdfast.origin;

import dev.holdfast.names.StoredName;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Remembers the end of a body, to tell whether it looks like the error text that the file server
 * appends to a file when it fails to read it: {@code read <path of the file>: <reason>}.
 */
final class ErrorTail {
  private static final int KEPT = 1024;

  private final byte[] kept = new byte[KEPT];
  private final StoredName name;
  private long length;

  ErrorTail(StoredName name) {
    this.name = name;
  }

  void add(byte[] bytes, int offset, int count) {
    for (int i = Math.max(0, count - KEPT); i < count; i++) {
      kept[(int) ((length + i) % KEPT)] = bytes[offset + i];
    }
    length += count;
  }

  boolean looksLikeError() {
    int n = (int) Math.min(length, KEPT);
    var end = new byte[n];
    for (int i = 0; i < n; i++) {
      end[i] = kept[(int) ((length - n + i) % KEPT)];
    }
    var text = new String(end, StandardCharsets.ISO_8859_1);
    return text.contains(name + ": ") // of nearly all that is enough to tell
        && Pattern.compile("read [^\n]*" + Pattern.quote(name.toString()) + ": [^\n]{1,100}\n?\\z")
            .matcher(text)
            .find();
  }
}
