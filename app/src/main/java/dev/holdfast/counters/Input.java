package dev.holdfast.counters;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link Output} wrote.
 *
 * <p>Every method throws {@link MalformedException} where the bytes are something else.
 */
final class Input {
  private static final int BITS = 7;
  private static final int MORE = 0x80;

  /** Bytes of an amount at most: far beyond the sum of all that clients can send. */
  private static final int AMOUNT_BYTES_MAX = 64 * 1024;

  private final ByteBuffer bytes;

  Input(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  void requireEnd() {
    if (!isAtEnd()) {
      throw new MalformedException(bytes.remaining() + " bytes too many");
    }
  }

  int octet() {
    require(1);
    return bytes.get() & 0xff;
  }

  boolean flag() {
    int value = octet();
    if (value > 1) {
      throw new MalformedException("a flag is " + value);
    }
    return value == 1;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += BITS) {
      int next = octet();
      value |= (long) (next & (MORE - 1)) << shift;
      if (next < MORE) {
        return value;
      }
    }
    throw new MalformedException("a number has more than 63 bits");
  }

  /** Reads how many things follow, each of which takes a byte or more. */
  int count() {
    long count = number();
    if (count > bytes.remaining()) {
      throw new MalformedException(count + " things in " + bytes.remaining() + " bytes");
    }
    return (int) count;
  }

  Id id() {
    require(16);
    return new Id(bytes.getLong(), bytes.getLong());
  }

  byte[] block() {
    var block = new byte[count()];
    bytes.get(block);
    return block;
  }

  String text() {
    return new String(block(), StandardCharsets.UTF_8);
  }

  BigInteger amount() {
    bytes.mark();
    int length = 1;
    while (octet() >= MORE) {
      length++;
      if (length > AMOUNT_BYTES_MAX) {
        throw new MalformedException("an amount has more than " + AMOUNT_BYTES_MAX + " bytes");
      }
    }
    bytes.reset();
    return length * BITS < Long.SIZE ? BigInteger.valueOf(number()) : longAmount(length);
  }

  private BigInteger longAmount(int length) {
    var lowestFirst = new ByteArrayOutputStream();
    int held = 0;
    int bits = 0;
    for (int i = 0; i < length; i++) {
      held |= (octet() & (MORE - 1)) << bits;
      bits += BITS;
      if (bits >= Byte.SIZE) {
        lowestFirst.write(held);
        held >>>= Byte.SIZE;
        bits -= Byte.SIZE;
      }
    }
    lowestFirst.write(held);
    byte[] magnitude = lowestFirst.toByteArray();
    for (int i = 0; i < magnitude.length / 2; i++) {
      byte low = magnitude[i];
      magnitude[i] = magnitude[magnitude.length - 1 - i];
      magnitude[magnitude.length - 1 - i] = low;
    }
    return new BigInteger(1, magnitude);
  }

  private void require(int count) {
    if (bytes.remaining() < count) {
      throw new MalformedException("it ends too early");
    }
  }
}
