package dev.holdfast.staging;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.names.StoredName;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * A record of the {@link WriteAheadLog}.
 *
 * <pre>
 *  byte  0      what it is: P, D or O
 *        1..8   the version
 *        9..10  how long the stored name is, in bytes
 *       11..    the stored name, in ASCII
 *               of a put: eight random bytes, and the body, scrambled by them
 * </pre>
 *
 * Numbers are big-endian. A body is scrambled since a record may have no rows of zeros ({@link
 * dev.holdfast.disk.LogOwner#records}).
 */
sealed interface LogRecord {
  /** The most of a record besides its name and its body, in bytes. */
  int OVERHEAD_BYTES = 1 + Long.BYTES + Short.BYTES + Long.BYTES;

  /** The stored name. */
  StoredName name();

  /** Which write of the store this is. */
  long version();

  /** A put. Nobody changes the array of its body. */
  final class Put implements LogRecord {
    private final StoredName name;
    private final long version;
    private final byte[] body;

    Put(StoredName name, long version, byte[] body) {
      this.name = name;
      this.version = version;
      this.body = body;
    }

    @Override
    public StoredName name() {
      return name;
    }

    @Override
    public long version() {
      return version;
    }

    byte[] body() {
      return body;
    }
  }

  /** A delete. */
  record Delete(StoredName name, long version) implements LogRecord {}

  /** All writes of a name up to this version are over. */
  record Over(StoredName name, long version) implements LogRecord {}

  /**
   * The bytes of a record.
   *
   * @param random scrambles the body
   */
  static byte[] encode(LogRecord record, RandomGenerator random) {
    byte[] name = record.name().toString().getBytes(US_ASCII);
    byte[] body = record instanceof Put put ? put.body() : new byte[0];
    int key = record instanceof Put ? Long.BYTES : 0;
    var bytes = ByteBuffer.allocate(1 + Long.BYTES + Short.BYTES + name.length + key + body.length);
    bytes.put(letter(record)).putLong(record.version()).putShort((short) name.length).put(name);
    if (record instanceof Put) {
      long seed = random.nextLong();
      bytes.putLong(seed).put(scrambled(body, seed));
    }
    return bytes.array();
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if these bytes are none
   */
  static LogRecord decode(byte[] record) {
    try {
      var bytes = ByteBuffer.wrap(record);
      byte letter = bytes.get();
      long version = bytes.getLong();
      var text = new byte[Short.toUnsignedInt(bytes.getShort())];
      bytes.get(text);
      StoredName name =
          StoredName.parse(new String(text, US_ASCII))
              .orElseThrow(() -> new IllegalArgumentException("the record has no stored name"));
      return switch (letter) {
        case 'P' -> {
          long seed = bytes.getLong();
          var body = new byte[bytes.remaining()];
          bytes.get(body);
          yield new Put(name, version, scrambled(body, seed));
        }
        case 'D' -> new Delete(name, version);
        case 'O' -> new Over(name, version);
        default -> throw new IllegalArgumentException("no record begins with " + letter);
      };
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the record is too short", e);
    }
  }

  private static byte letter(LogRecord record) {
    return (byte)
        switch (record) {
          case Put _ -> 'P';
          case Delete _ -> 'D';
          case Over _ -> 'O';
        };
  }

  /** Scrambles bytes, or brings them back: xorshift64 (Marsaglia: Xorshift RNGs, 2003). */
  private static byte[] scrambled(byte[] bytes, long seed) {
    var result = new byte[bytes.length];
    long state = seed == 0 ? 1 : seed;
    for (int i = 0; i < bytes.length; i++) {
      if (i % Long.BYTES == 0) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
      }
      result[i] = (byte) (bytes[i] ^ (state >>> (Byte.SIZE * (i % Long.BYTES))));
    }
    return result;
  }
}
