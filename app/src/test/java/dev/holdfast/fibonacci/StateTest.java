package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of the sequence, stepped and recomputed, against BigInteger. */
class StateTest {
  private static final int POSITION_MAX = 100_000;

  /**
   * How many positions apart numbers are compared. Comparing all would take the square of their
   * length.
   */
  private static final int COMPARED_EVERY = 97;

  @Test
  void next_isTheSequence() {
    State state = State.at(0);
    assertThat(text(state.current().current())).isEqualTo("{\"current\": 0}");
    assertThat(text(state.previous().previous())).isEqualTo("{\"previous\": 0}");
    for (long expected : List.of(1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)) {
      String before = number(state.current().current());
      state = state.next();
      assertThat(text(state.current().next())).isEqualTo("{\"next\": " + expected + "}");
      assertThat(text(state.current().current())).isEqualTo("{\"current\": " + expected + "}");
      assertThat(text(state.previous().previous())).isEqualTo("{\"previous\": " + before + "}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10, 55",
    "50, 12586269025",
    "92, 7540113804746346429",
    "93, 12200160415121876738",
    "94, 19740274219868223167",
    "100, 354224848179261915075",
    "200, 280571172992510140037611932413038677189525",
  })
  void at_knownValues(long position, String value) {
    State state = State.at(position);
    assertThat(state.position()).isEqualTo(position);
    assertThat(number(state.current().current())).isEqualTo(value);
  }

  @Test
  void next_toTheDefaultBound_isThatOfBigInteger() {
    State state = State.at(0);
    BigInteger previous = BigInteger.ZERO;
    BigInteger current = BigInteger.ZERO;
    for (int position = 1; position <= POSITION_MAX; position++) {
      state = state.next();
      BigInteger next = position == 1 ? BigInteger.ONE : previous.add(current);
      previous = current;
      current = next;
      if (position % COMPARED_EVERY == 0 || position == POSITION_MAX) {
        assertThat(number(state.current().current()))
            .as("position %d", position)
            .isEqualTo(current.toString());
        assertThat(number(state.previous().previous())).isEqualTo(previous.toString());
      }
    }
    assertThat(state.position()).isEqualTo(POSITION_MAX);
    assertThat(number(state.current().current())).hasSize(20_899);
  }

  @Test
  void at_anyPosition_isWhatSteppingComesTo() {
    long seed = new Random().nextLong();
    System.out.println("positions taken up, seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      long from = i < 50 ? i : random.nextInt(POSITION_MAX);
      State stepped = State.at(from).next().next().next();
      State jumped = State.at(from + 3);
      assertThat(stepped.position()).isEqualTo(jumped.position());
      assertThat(stepped.current().current())
          .as("from %d", from)
          .isEqualTo(jumped.current().current());
      assertThat(stepped.previous().previous()).isEqualTo(jumped.previous().previous());
    }
  }

  private static String text(byte[] body) {
    return new String(body, US_ASCII);
  }

  private static String number(byte[] body) {
    return text(body).replaceAll("[^0-9]", "");
  }
}
