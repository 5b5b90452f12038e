package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every error answer to a write names its effect, whoever answers. */
final class WriteErrorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOTHING = "nothing was changed";
  private static final String KEPT = "the write is kept and may still take effect";
  private static final String PARTS = "the parts before it are stored";
  private static final String UNKNOWN = "whether anything was changed is not known";

  /** A length above that of writes without a route, in bytes. */
  private static final int LONG = 20_000;

  private StackFixture stack;
  private Api api;

  @AfterEach
  void stop() throws IOException {
    stack.closeChecked();
  }

  private void start(StackFixture.Setup setup) throws Exception {
    stack = StackFixture.start(setup);
  }

  @ParameterizedTest
  @EnumSource(Front.class)
  void refusedRequest_hasChangedNothing(Front front) throws Exception {
    start(front.setup().withMode(Mode.BEHIND));
    api = front.api(stack);
    api.given("here", "content");
    String digest = "0".repeat(64);
    for (String method : List.of("PUT", "DELETE")) {
      assertSays(NOTHING, 412, api.ask(method, PATH + "here", "If-Match: \"other\""));
      assertSays(NOTHING, 400, api.ask(method, PATH + "%zz"));
      assertSays(NOTHING, 414, api.ask(method, PATH + "n".repeat(300)));
    }
    assertSays(NOTHING, 400, api.ask("PUT", PATH + "here", "Content-Range: bytes 0-0/2"));
    assertSays(NOTHING, 422, api.ask("PUT", "/cas/" + digest));
    assertSays(NOTHING, 400, api.ask("PUT", "/cas/no-digest"));
    assertSays(NOTHING, 405, api.ask("DELETE", "/cas/" + digest));
    assertSays(NOTHING, 400, api.ask("POST", "/cas", "Content-Type: multipart/form-data"));
    assertThat(api.get("here").text()).isEqualTo("content");
  }

  /** The directory of the writes is gone, which nobody foresaw. */
  @ParameterizedTest
  @EnumSource(Front.class)
  void unforeseenFailure_mayHaveChangedAnything(Front front) throws Exception {
    for (Mode mode : Mode.values()) {
      start(front.setup().withMode(mode));
      api = front.api(stack);
      assertUnforeseen();
      stop();
    }
  }

  private void assertUnforeseen() throws Exception {
    moveWrites("writes", "elsewhere");
    String digest = sha256(bytes("blob"));
    assertSays(UNKNOWN, 500, api.put("short", "content"));
    assertSays(UNKNOWN, 500, api.put("long", new byte[LONG]));
    assertSays(UNKNOWN, 500, api.delete("a"));
    assertSays(UNKNOWN, 500, CasFixture.send(api, "PUT", "/cas/" + digest, bytes("blob")));
    RawResponse posted = CasFixture.send(api, "POST", "/cas", bytes("blob"));
    assertThat(detail(posted)).as("of its owner, or of who handed it over").contains(UNKNOWN);
    moveWrites("elsewhere", "writes");
    api.given("short", "content");
  }

  @Test
  void sidecarThatIsDown_nginxDoesNotKnow() throws Exception {
    start(StackFixture.Setup.DEFAULT.withPairs(1));
    api = new Api(stack.nginx());
    stack.stopSidecar(0);
    assertSays(UNKNOWN, 503, api.put("a", "content"));
    assertSays(UNKNOWN, 503, api.delete("a"));
    assertSays(UNKNOWN, 503, api.ask("POST", "/cas"));
    assertThat(detail(api.get("a"))).doesNotContain("changed");
  }

  /**
   * The sidecar stops in order, and may answer before that. In {@link KilledInAPutTest} there is no
   * answer.
   */
  @Test
  void sidecarThatStopsInTheMiddleOfAPut() throws Exception {
    start(StackFixture.Setup.DEFAULT);
    api = new Api(stack.nginx());
    try (RawHttp client = api.connect()) {
      client.request("PUT", PATH + "a", "Content-Length: 100").text("half");
      stack.awaitIncoming(files -> files.size() == 1);
      stack.stopSidecar(0);
      RawResponse answer = client.finalResponse();
      assertThat(answer.status()).isIn(400, 408, 503);
      assertThat(detail(answer)).containsAnyOf(NOTHING, UNKNOWN);
    }
  }

  @Test
  void fileServerThatRefuses_inModeThrough() throws Exception {
    start(StackFixture.Setup.DEFAULT.withMode(Mode.THROUGH));
    api = new Api(stack.nginx());
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
    assertSays(NOTHING, 503, api.put("a", "content"));
    stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.ANSWER_500));
    assertSays(KEPT, 503, api.put("b", "content"));
    stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
  }

  /** Renames a directory of each sidecar. */
  private void moveWrites(String from, String to) throws IOException {
    for (int pair = 0; pair < stack.standIns().size(); pair++) {
      Files.move(stack.own(pair, from), stack.own(pair, to));
    }
  }

  private static void assertSays(String effect, int status, RawResponse answer) throws IOException {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(detail(answer)).contains(effect);
    for (String other : List.of(NOTHING, KEPT, UNKNOWN, PARTS)) {
      assertThat(detail(answer).contains(other)).as(detail(answer)).isEqualTo(other.equals(effect));
    }
  }

  private static String detail(RawResponse answer) throws IOException {
    return JSON.readTree(answer.text()).path("detail").asText();
  }
}
