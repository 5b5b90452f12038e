package dev.holdfast.fileserver;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Paths as Go's net/url and path treat them.
 *
 * <p>A Go string holds any bytes, a Java file name only text. So a byte that is not UTF-8 becomes a
 * character of the private use area here. Such names work and stay distinct; only their files are
 * called differently on the disk than the real server's.
 */
final class GoPath {
  private static final char RAW_BYTE = '\uf700';
  private static final String UNESCAPED = "-_.~$&+,/:;=@";

  private GoPath() {}

  /**
   * Decodes a path once.
   *
   * @return the path, or nothing if a percent sign is not followed by two hexadecimal digits
   */
  static Optional<String> decode(String raw) {
    byte[] in = raw.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out.write(in[i]);
        continue;
      }
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      out.write(high << 4 | low);
      i += 2;
    }
    return Optional.of(text(out.toByteArray()));
  }

  /** Encodes a decoded path, as {@code URL.EscapedPath} does. */
  static String escape(String path) {
    var out = new StringBuilder(path.length() + 16);
    for (byte b : bytes(path)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append("%02X".formatted((int) c));
      }
    }
    return out.toString();
  }

  /** Resolves empty, {@code .} and {@code ..} segments; a slash at the end stays. */
  static String clean(String path) {
    Deque<String> kept = new ArrayDeque<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        kept.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.addLast(segment);
      }
    }
    boolean slash = !kept.isEmpty() && (path.endsWith("/") || path.endsWith("/."));
    return "/" + String.join("/", kept) + (slash ? "/" : "");
  }

  private static String text(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length);
    var decoder = StandardCharsets.UTF_8.newDecoder();
    for (CoderResult result = decoder.decode(in, out, true);
        result.isError();
        result = decoder.decode(in, out, true)) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (RAW_BYTE | (in.get() & 0xff)));
      }
    }
    return out.flip().toString();
  }

  private static byte[] bytes(String text) {
    var out = new ByteArrayOutputStream(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c >= RAW_BYTE + 0x80 && c <= RAW_BYTE + 0xff) {
                out.write(c);
              } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return out.toByteArray();
  }
}
