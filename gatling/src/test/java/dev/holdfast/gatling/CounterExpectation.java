package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.testkit.CounterHistory;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The expected answers of counters, which end the operations of a history. */
final class CounterExpectation {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]*");

  private CounterExpectation() {}

  /** Expects 200. After a 4xx or a 503 surely nothing was counted, but after any other status. */
  static Expectation added(CounterHistory history, CounterHistory.Op add) {
    return (status, _) -> {
      if (status == 200) {
        history.acknowledged(add);
        return Optional.empty();
      }
      if (status == 503 || (status >= 400 && status < 500 && status != 408)) {
        history.refused(add);
      }
      return Optional.of(unexpected(status));
    };
  }

  /** Expects 200 with the value as the actor knows it. */
  static Expectation known(CounterHistory history, CounterHistory.Op read) {
    return number(value -> history.knew(read, value));
  }

  /** Expects 200 with the exact value. */
  static Expectation exact(CounterHistory history, CounterHistory.Op read) {
    return number(value -> history.read(read, value));
  }

  private static Expectation number(Consumer<BigInteger> end) {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        if (!checks(status)) {
          return Optional.of(unexpected(status));
        }
        String text = new String(body, UTF_8).strip();
        if (!NUMBER.matcher(text).matches()) {
          return Optional.of(new Complaint("no number", true));
        }
        end.accept(new BigInteger(text));
        return Optional.empty();
      }

      @Override
      public boolean checks(int status) {
        return status == 200;
      }
    };
  }

  private static Expectation.Complaint unexpected(int status) {
    return new Expectation.Complaint("status " + status, false);
  }
}
