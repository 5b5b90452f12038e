package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bodies that say which write they come from, so that bytes read back can be checked without being
 * kept: one header line, then pseudo-random bytes of which every 8 depend on the header and on
 * their place. A body that was cut, lengthened, patched together from two or damaged in a bit is
 * told from a whole one.
 */
public final class Bodies {
  /** Random bytes that follow the header at the least, which bind the body to it. */
  private static final int STREAM_BYTES_MIN = 16;

  private static final int CHUNK_BYTES = 8 * 1024;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private static final byte[] START = "load ".getBytes(US_ASCII);

  private static final Pattern HEADER =
      Pattern.compile(
          "load (?<name>[!-~]+) (?<writer>[0-9a-f]{16}) (?<seq>[0-9a-f]{8})"
              + " (?<length>[0-9a-f]{16})\n");

  private Bodies() {}

  /**
   * The identity of a body.
   *
   * @param name of printable ASCII characters without a space
   * @param writer who wrote it
   * @param seq unique within the name
   * @param length in bytes, all included, at least {@link #lengthMin}
   */
  public record Id(String name, long writer, int seq, long length) {
    @Override
    public String toString() {
      return "write " + seq + " by " + Long.toHexString(writer) + " (" + length + " B)";
    }
  }

  /** The shortest length of a body of this name, in bytes. */
  public static int lengthMin(String name) {
    return header(new Id(name, 0, 0, 0)).length + STREAM_BYTES_MIN;
  }

  /** The bytes of a body. */
  public static byte[] make(Id id) {
    byte[] header = header(id);
    byte[] body = new byte[Math.toIntExact(id.length)];
    fill(body, body.length, 0, header, seed(header));
    return body;
  }

  /**
   * Writes a body to a file, for those larger than the heap, and returns the SHA-1 of it in hex.
   */
  static String writeTo(Path file, Id id) throws IOException {
    byte[] header = header(id);
    long seed = seed(header);
    byte[] chunk = new byte[CHUNK_BYTES];
    MessageDigest sha1 = digest("SHA-1");
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), sha1)) {
      for (long at = 0; at < id.length; at += CHUNK_BYTES) {
        int count = (int) Math.min(CHUNK_BYTES, id.length - at);
        fill(chunk, count, at, header, seed);
        out.write(chunk, 0, count);
      }
    }
    return HexFormat.of().formatHex(sha1.digest());
  }

  /** Whether these bytes start as a body of ours does, of whichever name, whole or not. */
  static boolean isOurs(byte[] bytes) {
    return bytes.length >= START.length
        && Arrays.equals(START, 0, START.length, bytes, 0, START.length);
  }

  static byte[] sha256(byte[] bytes) {
    return digest("SHA-256").digest(bytes);
  }

  /** What these bytes, read from this name, are. */
  static Seen identify(String name, byte[] bytes) {
    int headerBytes = lengthMin(name) - STREAM_BYTES_MIN;
    Matcher header =
        HEADER.matcher(new String(bytes, 0, Math.min(bytes.length, headerBytes), ISO_8859_1));
    if (!header.matches()) {
      return new Seen.Corrupt(
          bytes.length + " bytes that do not start with the header of a body of this name");
    }
    if (!header.group("name").equals(name)) {
      return new Seen.Corrupt("a body of another name, " + header.group("name"));
    }
    var id =
        new Id(
            name,
            HexFormat.fromHexDigitsToLong(header.group("writer")),
            HexFormat.fromHexDigits(header.group("seq")),
            HexFormat.fromHexDigitsToLong(header.group("length")));
    return compare(id, bytes);
  }

  private static Seen compare(Id id, byte[] bytes) {
    byte[] header = header(id);
    long seed = seed(header);
    byte[] chunk = new byte[Math.min(CHUNK_BYTES, bytes.length)];
    for (int at = 0; at < bytes.length; at += chunk.length) {
      int count = Math.min(chunk.length, bytes.length - at);
      fill(chunk, count, at, header, seed);
      int wrong = Arrays.mismatch(chunk, 0, count, bytes, at, at + count);
      if (wrong >= 0) {
        return new Seen.Corrupt("it says it is " + id + " and is not from byte " + (at + wrong));
      }
    }
    return bytes.length == id.length
        ? new Seen.Body(id)
        : new Seen.Corrupt("it says it is " + id + " and has " + bytes.length + " bytes");
  }

  /** Fills a chunk with what is in the body from a place on, a multiple of 8. */
  private static void fill(byte[] chunk, int count, long from, byte[] header, long seed) {
    ByteBuffer words = ByteBuffer.wrap(chunk, 0, count).order(ByteOrder.LITTLE_ENDIAN);
    long index = from >>> 3;
    while (words.remaining() >= Long.BYTES) {
      words.putLong(word(seed, index++));
    }
    for (long last = word(seed, index); words.hasRemaining(); last >>>= Byte.SIZE) {
      words.put((byte) last);
    }
    if (from < header.length) {
      int shown = (int) Math.min(header.length - from, count);
      System.arraycopy(header, (int) from, chunk, 0, shown);
    }
  }

  /** SplitMix64 (Steele, Lea and Flood, 2014), any place of it. */
  private static long word(long seed, long index) {
    long z = seed + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static long seed(byte[] header) {
    return ByteBuffer.wrap(sha256(header)).getLong();
  }

  /** Of one length for all bodies of a name. */
  private static byte[] header(Id id) {
    return "load %s %016x %08x %016x\n"
        .formatted(id.name, id.writer, id.seq, id.length)
        .getBytes(US_ASCII);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
