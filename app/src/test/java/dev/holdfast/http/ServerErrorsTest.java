package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.LogLines;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The bound on errors in the log. */
final class ServerErrorsTest {
  private static final String LOGGER = ServerErrorsTest.class.getName();

  private final AtomicLong nanos =
      new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may have any value
  private final ServerErrors errors =
      new ServerErrors(LoggerFactory.getLogger(LOGGER), 2, nanos::get);

  @Test
  void moreThanASecondMay_areLeftOutAndCounted() {
    try (LogLines log = LogLines.of(LOGGER)) {
      for (int i = 1; i <= 5; i++) {
        errors.answered(503, "GET", "/a" + i, "busy");
      }
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
      errors.answered(503, "GET", "/a6", "busy");
      nanos.addAndGet(1);
      errors.unexpected("PUT", "/b", new IllegalStateException("planted"));
      errors.answered(502, "GET", "/c", "nonsense");

      assertThat(log.lines())
          .containsExactly(
              "WARN 503 to GET /a1: busy",
              "WARN 503 to GET /a2: busy",
              "ERROR unexpected failure of PUT /b (and 4 more since the last that is logged)",
              "WARN 502 to GET /c: nonsense");
    }
  }

  @Test
  void longTarget_isCut() {
    try (LogLines log = LogLines.of(LOGGER)) {
      errors.answered(503, "GET", "/" + "x".repeat(9_000), "busy");

      assertThat(log.lines()).containsExactly("WARN 503 to GET /" + "x".repeat(999) + ": busy");
    }
  }
}
