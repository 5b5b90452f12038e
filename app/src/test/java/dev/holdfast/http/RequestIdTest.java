package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.metrics.Scrape;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids of requests, in their threads and in their answers. */
@Timeout(1_800)
final class RequestIdTest {
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private HttpService service;

  @BeforeEach
  void start() throws IOException {
    service =
        HttpService.start(
            "127.0.0.1",
            0,
            HttpLimits.DEFAULT,
            () -> true,
            new Scrape(),
            routes -> {
              routes.get("/here", ctx -> seen.add(id()));
              routes.get(
                  "/there",
                  ctx -> Thread.ofVirtual().start(RequestId.carried(() -> seen.add(id()))));
              routes.get("/elsewhere", ctx -> Thread.ofVirtual().start(() -> seen.add(id())));
            });
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private static String id() {
    return RequestId.current().orElse("none");
  }

  @Test
  void id_isTheRequestsAlone() throws Exception {
    try (RawHttp http = connect()) {
      http.request("GET", "/here", "X-Request-Id: 0123456789abcdef0123456789abcdef").response();
      http.request("GET", "/here").response(); // on the same connection
      http.request("GET", "/there", "X-Request-Id: b-1").response();
      assertThat(take(3)).containsExactly("0123456789abcdef0123456789abcdef", "none", "b-1");
      http.request("GET", "/elsewhere", "X-Request-Id: c").response();
      assertThat(take(1)).containsExactly("none");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Request-Id:",
        "X-Request-Id: two words",
        "X-Request-Id: a\"},{\"level\":\"ERROR",
        "X-Request-Id: \u00e9",
        "X-Request-Id: a,b",
        "X-Request-Id: 01234567890123456789012345678901234567890123456789012345678901234",
        "X-Request-Id: a\r\nX-Request-Id: b",
      })
  void idThatNobodySaneMakes_isNone(String header) throws Exception {
    try (RawHttp http = connect()) {
      http.request("GET", "/here", header).response();
      assertThat(take(1)).containsExactly("none");
      RawResponse error = http.request("GET", "/none", header).response();
      assertThat(error.status()).isEqualTo(404);
      assertThat(error.headers("X-Request-Id")).isEmpty();
    }
  }

  @Test
  void errors_bringTheIdBack_andOtherAnswersDoNot() throws Exception {
    try (RawHttp http = connect()) {
      RawResponse error = http.request("GET", "/none", "X-Request-Id: a.b_c").response();
      assertThat(error.headers("X-Request-Id")).containsExactly("a.b_c");
      RawResponse success = http.request("GET", "/here", "X-Request-Id: a.b_c").response();
      assertThat(success.headers("X-Request-Id")).isEmpty();
    }
  }

  private List<String> take(int count) throws InterruptedException {
    var taken = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      taken.add(seen.poll(Patience.STEP_S, TimeUnit.SECONDS));
    }
    return taken;
  }

  private RawHttp connect() throws IOException {
    return RawHttp.connect(URI.create("http://127.0.0.1:" + service.port()), Patience.STEP);
  }
}
