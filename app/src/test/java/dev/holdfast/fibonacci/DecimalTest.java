package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
  private static final int ROUNDS = 20_000;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 1, 1",
    "1, 0, 1",
    "5, 5, 10",
    "99999999, 1, 100000000",
    "99999999, 99999999, 199999998",
    "9999999999999999, 1, 10000000000000000",
    "1, 9999999999999999, 10000000000000000",
    "12345678, 87654321, 99999999",
    "9223372036854775807, 1, 9223372036854775808",
    "18446744073709551615, 1, 18446744073709551616",
  })
  void plus_whereItCarries(String a, String b, String sum) {
    assertThat(printed(Decimal.parse(a).plus(Decimal.parse(b)))).isEqualTo(sum);
  }

  @Test
  void plus_isThatOfBigInteger() {
    long seed = new Random().nextLong();
    System.out.println("decimal sums, seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      String a = digits(random);
      String b = digits(random);
      Decimal sum = Decimal.parse(a).plus(Decimal.parse(b));
      String expected = new BigInteger(a).add(new BigInteger(b)).toString();
      assertThat(printed(sum)).as("%s + %s", a, b).isEqualTo(expected);
      assertThat(sum.length()).isEqualTo(expected.length());
    }
  }

  @Test
  void print_leavesWhatIsAround() {
    var into = "................".getBytes(US_ASCII);
    Decimal.parse("1234567890").print(into, 3);
    assertThat(new String(into, US_ASCII)).isEqualTo("...1234567890...");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "-1", "+1", "1 ", "a", "00"})
  void parse_whatIsNotANumberAsPrinted(String digits) {
    assertThatThrownBy(() -> Decimal.parse(digits)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Returns 1 to 60 digits, with nines and zeros more often than others, since these carry. */
  private static String digits(Random random) {
    int length = random.nextInt(1, 61);
    var digits = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int digit = random.nextInt(20);
      digits.append(digit < 10 ? digit : digit < 16 ? 9 : 0);
    }
    return new BigInteger(digits.toString()).toString();
  }

  private static String printed(Decimal number) {
    var into = new byte[number.length()];
    number.print(into, 0);
    return new String(into, US_ASCII);
  }
}
