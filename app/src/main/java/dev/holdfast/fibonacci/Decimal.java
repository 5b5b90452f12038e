package dev.holdfast.fibonacci;

import java.util.Arrays;

/**
 * A whole number, 0 or more, of any length, kept as its decimal digits. Adding and printing take
 * time in proportion to the length. A binary number is added faster, but printing it takes the
 * square of its length.
 *
 * <p>Threading: immutable.
 */
final class Decimal {
  static final Decimal ZERO = parse("0");
  static final Decimal ONE = parse("1");

  /**
   * Decimal digits in a word: one in each byte, 0 to 9, the least significant in the lowest byte.
   */
  private static final int DIGITS_PER_WORD = Long.BYTES;

  /** In every byte 256 - 10, so that a digit of ten or more overflows into the next byte. */
  private static final long TO_CARRY = 0xF6F6F6F6F6F6F6F6L;

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long ASCII_ZEROS = 0x3030303030303030L;

  /** The least significant word first. The last word is not 0, unless it is the only one. */
  private final long[] words;

  private Decimal(long[] words) {
    this.words = words;
  }

  /**
   * @param digits one decimal digit or more, the first not 0 unless it is the only one
   */
  static Decimal parse(String digits) {
    if (!digits.matches("0|[1-9][0-9]*")) {
      throw new IllegalArgumentException("not a number as it is printed: " + digits);
    }
    int length = digits.length();
    var words = new long[(length + DIGITS_PER_WORD - 1) / DIGITS_PER_WORD];
    for (int i = 0; i < length; i++) {
      long digit = Character.digit(digits.charAt(length - 1 - i), 10);
      words[i / DIGITS_PER_WORD] |= digit << (i % DIGITS_PER_WORD * Byte.SIZE);
    }
    return new Decimal(words);
  }

  /** Returns the sum. */
  Decimal plus(Decimal other) {
    boolean isLonger = words.length >= other.words.length;
    long[] longer = isLonger ? words : other.words;
    long[] shorter = isLonger ? other.words : words;
    var sum = new long[longer.length];
    long carry = 0;
    for (int i = 0; i < longer.length; i++) {
      // A byte overflows into the next one exactly where the digit carries.
      long raised = longer[i] + TO_CARRY;
      long raw = raised + (i < shorter.length ? shorter[i] : 0) + carry;
      carry = Long.compareUnsigned(raw, raised) < 0 ? 1 : 0;
      // Where it has not, the byte is 246 to 255, and the addend is taken away again.
      sum[i] = raw - ((raw & HIGH_BITS) >>> 7) * 0xF6;
    }
    if (carry == 0) {
      return new Decimal(sum);
    }
    var more = Arrays.copyOf(sum, sum.length + 1);
    more[sum.length] = 1;
    return new Decimal(more);
  }

  /** Returns the number of digits, 1 or more. */
  int length() {
    long top = words[words.length - 1];
    int inTop = DIGITS_PER_WORD - Long.numberOfLeadingZeros(top) / Byte.SIZE;
    return Math.max(1, (words.length - 1) * DIGITS_PER_WORD + inTop);
  }

  /** Prints it in ASCII, {@link #length} bytes from an offset on. */
  void print(byte[] into, int offset) {
    int end = offset + length();
    for (int i = 0; i < words.length - 1; i++) {
      long ascii = words[i] | ASCII_ZEROS;
      end -= DIGITS_PER_WORD;
      into[end + 7] = (byte) ascii;
      into[end + 6] = (byte) (ascii >>> 8);
      into[end + 5] = (byte) (ascii >>> 16);
      into[end + 4] = (byte) (ascii >>> 24);
      into[end + 3] = (byte) (ascii >>> 32);
      into[end + 2] = (byte) (ascii >>> 40);
      into[end + 1] = (byte) (ascii >>> 48);
      into[end] = (byte) (ascii >>> 56);
    }
    long ascii = words[words.length - 1] | ASCII_ZEROS;
    while (end > offset) {
      into[--end] = (byte) ascii;
      ascii >>>= Byte.SIZE;
    }
  }
}
