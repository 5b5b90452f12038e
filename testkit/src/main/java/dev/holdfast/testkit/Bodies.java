package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bodies that identify themselves: bytes that are read back prove which write they come from, or
 * that they come from none.
 *
 * <p>A body is one header line with its identity, then a stream of pseudo-random bytes. Every 8
 * bytes of the stream depend on that identity and on their place. So a body that was cut,
 * lengthened, patched together from two, shuffled or damaged in a bit differs from a whole one.
 *
 * <p>A shorter body, down to the empty one, has no room for an identity. There is one such body for
 * each name and length, {@link #tiny}. Write it at most once in a history, so that values stay
 * unique.
 */
public final class Bodies {
  /** The least number of random bytes behind the header. Fewer would not tie the body to it. */
  private static final int STREAM_BYTES_MIN = 16;

  private static final Pattern HEADER =
      Pattern.compile(
          "body (?<name>[!-~]+) (?<writer>[0-9a-f]{16}) (?<seq>[0-9a-f]{8})"
              + " (?<length>[0-9a-f]{16})\n");

  private static final byte[] START = "body ".getBytes(US_ASCII);

  private static final int CHUNK_BYTES = 8 * 1024;

  private Bodies() {}

  /** The result of identifying some bytes. */
  public sealed interface Identified {}

  /**
   * A whole body.
   *
   * @param writer its writer, 0 in a tiny body; unique within the name, together with {@code seq}
   * @param length the whole length in bytes
   */
  public record Id(String name, long writer, int seq, long length) implements Identified {
    /** Returns true if the body has no room for an identity. */
    public boolean isTiny() {
      return length < lengthMin(name);
    }

    /**
     * Returns a short form for histories of one name: {@code c/345 (4096 B)}, with the writer in
     * hex.
     */
    public String text() {
      String who = isTiny() ? "tiny" : Long.toHexString(writer) + "/" + seq;
      return who + " (" + length + " B)";
    }
  }

  /**
   * Bytes that are not a whole body of the name.
   *
   * @param reason how that is known
   */
  public record Corrupt(String reason) implements Identified {}

  /** Returns the shortest length in bytes of a body of this name that carries an identity. */
  public static int lengthMin(String name) {
    return header(new Id(name, 0, 0, 0)).length + STREAM_BYTES_MIN;
  }

  /**
   * Returns the identity of a body.
   *
   * @throws IllegalArgumentException when the length is under {@link #lengthMin}
   */
  public static Id id(String name, long writer, int seq, long length) {
    if (length < lengthMin(name) || seq < 0) {
      throw new IllegalArgumentException("no such body: " + new Id(name, writer, seq, length));
    }
    return new Id(name, writer, seq, length);
  }

  /**
   * Returns the identity of the one body of this name and length that has no room for one.
   *
   * @throws IllegalArgumentException when the length is negative or not under {@link #lengthMin}
   */
  public static Id tiny(String name, int length) {
    if (length < 0 || length >= lengthMin(name)) {
      throw new IllegalArgumentException("not tiny: " + length);
    }
    return new Id(name, 0, 0, length);
  }

  /** Returns the bytes of a body with an identity; see {@link #id}. */
  public static byte[] make(String name, long writer, int seq, int length) {
    return make(id(name, writer, seq, length));
  }

  /** Returns the bytes of a body. */
  public static byte[] make(Id id) {
    try (InputStream body = stream(id)) {
      return body.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the bytes of a body, made as they are read, as for bodies larger than the heap. */
  public static InputStream stream(Id id) {
    byte[] header = header(id);
    // The header of a tiny body only seeds the stream: there is no room to show it.
    return new BodyStream(header, id.isTiny() ? 0 : header.length, id.length);
  }

  /** Returns true if these bytes start like a body with an identity, of any name, whole or not. */
  public static boolean isOurs(byte[] bytes) {
    return bytes.length >= START.length
        && Arrays.equals(START, 0, START.length, bytes, 0, START.length);
  }

  /** Identifies bytes that were read from this name. */
  public static Identified identify(String name, byte[] bytes) {
    try {
      return identify(name, new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Identifies the bytes of a stream. Reads it to its end at most, and does not close it. */
  public static Identified identify(String name, InputStream bytes) throws IOException {
    byte[] start = bytes.readNBytes(lengthMin(name));
    if (start.length < lengthMin(name)) {
      return identifyTiny(name, start);
    }
    Matcher header = HEADER.matcher(new String(start, ISO_8859_1));
    if (!header.lookingAt()) {
      return new Corrupt("it does not start with the header of a body");
    }
    if (!header.group("name").equals(PercentEncoding.encode(name))) {
      return new Corrupt("it is a body of another name, " + header.group("name"));
    }
    return compare(claimed(name, header), start, bytes);
  }

  /** Returns the identity that a header claims. The bytes after it tell if it is true. */
  private static Id claimed(String name, Matcher header) {
    long writer = HexFormat.fromHexDigitsToLong(header.group("writer"));
    int seq = HexFormat.fromHexDigits(header.group("seq"));
    return new Id(name, writer, seq, HexFormat.fromHexDigitsToLong(header.group("length")));
  }

  private static Identified identifyTiny(String name, byte[] bytes) {
    Id tiny = tiny(name, bytes.length);
    return Arrays.equals(bytes, make(tiny))
        ? tiny
        : new Corrupt(bytes.length + " bytes, which is not the whole of any body");
  }

  private static Identified compare(Id id, byte[] start, InputStream rest) throws IOException {
    InputStream expected = stream(id);
    byte[] found = start;
    long length = 0;
    while (found.length > 0) {
      byte[] wanted = expected.readNBytes(found.length);
      int common = Math.min(wanted.length, found.length);
      int wrong = Arrays.mismatch(wanted, 0, common, found, 0, common);
      if (wrong >= 0) {
        long at = length + wrong;
        return new Corrupt("it says it is " + id.text() + " and is not from byte " + at + " on");
      }
      length += found.length;
      found = rest.readNBytes(CHUNK_BYTES);
    }
    return length == id.length
        ? id
        : new Corrupt("it says it is " + id.text() + " and has " + length + " bytes");
  }

  /** Returns the header, which has one length for all bodies of a name. */
  private static byte[] header(Id id) {
    return "body %s %016x %08x %016x\n"
        .formatted(PercentEncoding.encode(id.name), id.writer, id.seq, id.length)
        .getBytes(US_ASCII);
  }
}
