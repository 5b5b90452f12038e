package dev.holdfast.counters.http;

import dev.holdfast.http.Problem;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Amounts as clients write them: ASCII digits, with blanks and line ends around them. */
final class Amounts {
  /** How many digits an amount may have. */
  static final int DIGITS_MAX = 4_096;

  private static final String AROUND = " \t\r\n";

  private Amounts() {}

  /**
   * Reads an amount.
   *
   * @throws dev.holdfast.http.ProblemException 400 if it is none, 413 if it has too many digits
   */
  static BigInteger parse(byte[] body) {
    int begin = 0;
    int end = body.length;
    while (begin < end && AROUND.indexOf(body[begin]) >= 0) {
      begin++;
    }
    while (begin < end && AROUND.indexOf(body[end - 1]) >= 0) {
      end--;
    }
    return digits(new String(body, begin, end - begin, StandardCharsets.ISO_8859_1), "the body");
  }

  /**
   * Reads digits.
   *
   * @param what the thing that has them, for the client
   * @throws dev.holdfast.http.ProblemException 400 if there are others, or none; 413 if there are
   *     too many
   */
  static BigInteger digits(String text, String what) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw Problem.of(400, what + " has to be a number from 0 on, in ASCII digits, such as 5")
          .asException();
    }
    if (text.length() > DIGITS_MAX) {
      throw Problem.of(413, what + " has " + text.length() + " digits, more than " + DIGITS_MAX)
          .asException();
    }
    return new BigInteger(text);
  }
}
