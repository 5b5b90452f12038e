package dev.holdfast.counters;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes values one after the other into memory; {@link Input} reads them back. */
final class Output {
  private static final int BITS = 7;
  private static final int MORE = 0x80;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Returns what was written so far. */
  byte[] toBytes() {
    return bytes.toByteArray();
  }

  Output octet(int value) {
    bytes.write(value);
    return this;
  }

  Output flag(boolean value) {
    return octet(value ? 1 : 0);
  }

  /** Writes a number from 0 on, short if it is small. */
  Output number(long value) {
    long left = value;
    while (left >>> BITS != 0) {
      bytes.write(((int) left & (MORE - 1)) | MORE);
      left >>>= BITS;
    }
    bytes.write((int) left);
    return this;
  }

  Output id(Id id) {
    bytes.writeBytes(ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array());
    return this;
  }

  Output block(byte[] block) {
    number(block.length);
    bytes.writeBytes(block);
    return this;
  }

  Output text(String text) {
    return block(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes an amount from 0 on, of any size: seven bits a byte, the lowest first. All bytes but the
   * last are at least 128, so that round numbers are no long rows of zeros, which a {@code
   * disk.RecordLog} could not tell from a torn end.
   */
  Output amount(BigInteger amount) {
    if (amount.bitLength() < Long.SIZE) {
      return number(amount.longValue());
    }
    byte[] magnitude = amount.toByteArray();
    int bits = amount.bitLength();
    for (int from = 0; from < bits; from += BITS) {
      int chunk = 0;
      for (int bit = 0; bit < BITS && from + bit < bits; bit++) {
        int at = from + bit;
        int octet = magnitude[magnitude.length - 1 - (at >>> 3)];
        chunk |= (octet >>> (at & 7) & 1) << bit;
      }
      bytes.write(from + BITS < bits ? chunk | MORE : chunk);
    }
    return this;
  }
}
