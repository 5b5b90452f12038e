package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DELETE, OPTIONS, unknown methods, and attempts to pass one method off as another. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiMethodsTest {
  private static final String ALLOW = "DELETE, GET, HEAD, OPTIONS, PUT";

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup());
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  // --- DELETE -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"deleted", "deleted%20too"})
  void delete_existing(String name) throws IOException {
    api.given(name, "content");

    RawResponse answer = api.delete(name);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers("ETag")).isEmpty();
    problem(api.get(name), 404);
    assertThat(StackFixture.list(stack.originDir()))
        .noneMatch(file -> file.getFileName().toString().contains("deleted"));
  }

  @Test
  void delete_absent() throws IOException {
    assertThat(api.delete("absent").status()).isEqualTo(200);
    assertThat(api.delete("absent").status()).isEqualTo(200);
    problem(api.get("absent"), 404);
  }

  @Test
  void delete_onlyAtTheOrigin() throws IOException {
    Files.writeString(stack.originDir().resolve("unseen"), "content");
    assertThat(api.delete("unseen").status()).isEqualTo(200);
    problem(api.get("unseen"), 404);
    assertThat(stack.originDir().resolve("unseen")).doesNotExist();
  }

  @Test
  void delete_thenPut() throws IOException {
    String etag = api.given("again", "one");
    assertThat(api.delete("again").status()).isEqualTo(200);
    api.given("again", "two");
    RawResponse read = api.get("again", "If-None-Match: " + etag);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.text()).isEqualTo("two");
  }

  @Test
  void delete_withABody() throws IOException {
    api.given("with-body", "content");
    try (var http = api.connect()) {
      http.request("DELETE", PATH + "with-body", "Content-Length: 4").text("body");
      assertThat(http.finalResponse().status()).isEqualTo(200);
    }
    problem(api.get("with-body"), 404);
  }

  @Test
  void delete_ifMatchAnotherTag() throws IOException {
    String etag = api.given("matched", "content");
    problem(api.delete("matched", "If-Match: \"else\""), 412);
    assertThat(only(api.get("matched"), "ETag")).isEqualTo(etag);
    assertThat(stack.originDir().resolve("matched")).hasContent("content");
    assertThat(api.delete("matched", "If-Match: " + etag).status()).isEqualTo(200);
    problem(api.get("matched"), 404);
  }

  @Test
  void delete_ifMatchAny_absent() throws IOException {
    problem(api.delete("nothing", "If-Match: *"), 412);
  }

  // --- OPTIONS and unknown methods ----------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"there", "not-there", "with%20space", "a/b"})
  void options(String name) throws IOException {
    api.given("there", "content");
    RawResponse answer = api.ask("OPTIONS", PATH + name);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(only(answer, "Allow")).isEqualTo(ALLOW);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers("Content-Length")).isEmpty(); // RFC 9110, 8.6
    assertThat(answer.headers("Content-Type")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "TRACE", "PROPFIND", "COPY", "BREW", "GETT"})
  void unknownMethod(String method) throws IOException {
    String etag = api.given("there", "content");
    for (String name : new String[] {"there", "not-there", "with%20space", "a/b"}) {
      RawResponse answer = api.ask(method, PATH + name);
      problem(answer, 405);
      assertThat(only(answer, "Allow")).isEqualTo(ALLOW);
    }
    assertThat(only(api.get("there"), "ETag")).isEqualTo(etag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH"})
  void unknownMethod_withABody(String method) throws IOException {
    try (var http = api.connect()) {
      http.request(method, PATH + "posted", "Content-Length: 4").text("body");
      RawResponse answer = http.finalResponse();
      problem(answer, 405);
      assertThat(only(answer, "Allow")).isEqualTo(ALLOW);
    }
    assertThat(api.get("posted").status()).isEqualTo(404);
  }

  // --- a method that is said to be another one ----------------------------------------------

  /**
   * Returns headers that frameworks take for the method, in place of the one in the request line.
   */
  static String[] overrides() {
    return new String[] {
      "X-HTTP-Method-Override: %s",
      "x-http-method-override: %s",
      "X-HTTP-METHOD-OVERRIDE:%s",
      "X-HTTP-Method: %s",
      "X-Method-Override: %s",
    };
  }

  @ParameterizedTest
  @MethodSource("overrides")
  void get_overridden(String header) throws IOException {
    for (String name : new String[] {"over", "over%20there", "over/there"}) {
      String etag = api.given(name, "content");
      for (String method : new String[] {"DELETE", "PUT", "POST", "HEAD", "OPTIONS", "nonsense"}) {
        String override = header.formatted(method);
        RawResponse answer = api.get(name, override);
        assertThat(answer.status()).as(override).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("content");
        assertThat(only(api.head(name, override), "ETag")).isEqualTo(etag);
      }
      assertThat(only(api.get(name), "ETag")).isEqualTo(etag);
    }
  }

  @ParameterizedTest
  @MethodSource("overrides")
  void head_overridden(String header) throws IOException {
    api.given("head", "content");
    RawResponse answer = api.head("head", header.formatted("DELETE"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(api.get("head").text()).isEqualTo("content");
  }

  @ParameterizedTest
  @MethodSource("overrides")
  void put_overridden(String header) throws IOException {
    api.given("put", "old");
    assertThat(api.put("put", "new", header.formatted("DELETE")).status()).isEqualTo(201);
    assertThat(api.get("put").text()).isEqualTo("new");
    assertThat(api.put("put", "newer", header.formatted("GET")).status()).isEqualTo(201);
    assertThat(stack.originDir().resolve("put")).hasContent("newer");
  }

  @ParameterizedTest
  @MethodSource("overrides")
  void delete_overridden(String header) throws IOException {
    api.given("delete", "content");
    RawResponse answer = api.delete("delete", header.formatted("GET"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    problem(api.get("delete"), 404);
  }

  @ParameterizedTest
  @MethodSource("overrides")
  void post_overridden(String header) throws IOException {
    api.given("post", "content");
    problem(api.ask("POST", PATH + "post", header.formatted("DELETE")), 405);
    assertThat(api.ask("OPTIONS", PATH + "post", header.formatted("DELETE")).status())
        .isEqualTo(204);
    assertThat(api.get("post").text()).isEqualTo("content");
  }

  /** Two such headers, one of which a proxy might take away. */
  @Test
  void get_overriddenTwice() throws IOException {
    api.given("double", "content");
    RawResponse answer =
        api.get("double", "X-HTTP-Method-Override: DELETE", "X-HTTP-Method-Override: DELETE");
    assertThat(answer.text()).isEqualTo("content");
    assertThat(api.get("double").text()).isEqualTo("content");
  }
}
