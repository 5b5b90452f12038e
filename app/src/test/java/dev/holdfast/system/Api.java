package dev.holdfast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests to a file service, each on a connection of its own. A name is spelt here as in the path.
 *
 * <p>Threading: may be used from any number of threads.
 */
public record Api(URI base) {
  public static final String PATH = "/api/fileserver/";

  private static final Duration TIMEOUT = Patience.STEP;
  private static final ObjectMapper JSON = new ObjectMapper();

  public RawHttp connect() throws IOException {
    return RawHttp.connect(base, TIMEOUT);
  }

  /** Sends one request without a body. */
  public RawResponse ask(String method, String target, String... headers) throws IOException {
    try (RawHttp http = connect()) {
      return http.request(method, target, headers).finalResponse();
    }
  }

  public RawResponse get(String name, String... headers) throws IOException {
    return ask("GET", PATH + name, headers);
  }

  public RawResponse head(String name, String... headers) throws IOException {
    return ask("HEAD", PATH + name, headers);
  }

  public RawResponse delete(String name, String... headers) throws IOException {
    return ask("DELETE", PATH + name, headers);
  }

  public RawResponse put(String name, String body, String... headers) throws IOException {
    return put(name, body.getBytes(UTF_8), headers);
  }

  public RawResponse put(String name, byte[] body, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length);
    try (RawHttp http = connect()) {
      http.request("PUT", PATH + name, all.toArray(String[]::new)).bytes(body);
      return http.finalResponse();
    }
  }

  /** Puts a file. Returns its ETag. */
  public String given(String name, String body) throws IOException {
    RawResponse answer = put(name, body);
    assertThat(answer.status()).isEqualTo(201);
    return only(answer, "ETag");
  }

  /**
   * Checks that the write is not acknowledged. A client that has ended its sending side may get an
   * error, or no answer at all.
   */
  public static void assertNotAcknowledged(RawHttp http) throws IOException {
    try {
      if (!http.isEndedByPeer()) {
        assertThat(http.finalResponse().status()).isEqualTo(400);
      }
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  /** Returns the value of a header that is there once. */
  public static String only(RawResponse answer, String header) {
    assertThat(answer.headers(header)).as("%s of %s", header, answer).hasSize(1);
    return answer.headers(header).getFirst();
  }

  /** Checks that an answer is an error that explains itself (RFC 9457). Returns its detail. */
  public static String problem(RawResponse answer, int status) throws IOException {
    assertThat(answer.status()).as("%s %s", answer, answer.text()).isEqualTo(status);
    assertThat(only(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(only(answer, "Content-Length")).isEqualTo("" + answer.body().length);
    JsonNode problem = JSON.readTree(answer.text());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    String title = problem.path("title").asText();
    String detail = problem.path("detail").asText();
    assertThat(title).isNotBlank();
    assertThat(detail).isNotEqualToIgnoringCase(title).contains(" ");
    return detail;
  }
}
