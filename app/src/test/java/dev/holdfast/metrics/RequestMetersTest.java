package dev.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RequestMetersTest {
  private final Scrape scrape = new Scrape();

  @Test
  void requests_areCountedByMethodStatusAndOutcome() {
    answered("GET", 200, "success");
    answered("GET", 200, "success");
    answered("GET", 404, "client_error");
    answered("PUT", 200, "success");
    answered("PUT", 200, "gave_up");

    assertThat(scrape.text())
        .contains(count("GET", "success", 200) + " 2\n")
        .contains(count("GET", "client_error", 404) + " 1\n")
        .contains(count("PUT", "success", 200) + " 1\n")
        .contains(count("PUT", "gave_up", 200) + " 1\n");
  }

  @Test
  void durations_areInSeconds() {
    answered("GET", 200, "success");

    assertThat(scrape.text())
        .contains("holdfast_http_requests_seconds_sum{")
        .contains("} 0.25\n")
        .contains("le=\"0.1\"} 0\n")
        .contains("le=\"0.5\"} 1\n");
  }

  private void answered(String method, int status, String outcome) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(250);
    scrape.requests().requestAnswered(method, status, outcome, nanos);
  }

  private static String count(String method, String outcome, int status) {
    return "holdfast_http_requests_seconds_count{method=\"%s\",outcome=\"%s\",status=\"%d\"}"
        .formatted(method, outcome, status);
  }
}
