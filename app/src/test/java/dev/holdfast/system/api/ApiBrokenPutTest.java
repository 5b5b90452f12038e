package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Bodies;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A PUT whose body does not come whole changes nothing and leaves nothing behind. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiBrokenPutTest {
  private static final int LENGTH = 200_000;

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  /** The framing of the body. */
  enum Framing {
    LENGTH_GIVEN,
    CHUNKED
  }

  /** The end of the body. */
  enum Break {
    /** The client ends its sending side (FIN). */
    SHORT,
    /** The client dies (RST). */
    RESET
  }

  /** The part of the body that was sent before its end. */
  enum Sent {
    HEAD_ONLY,
    HALF,
    ALL_BUT_THE_END
  }

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup());
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  static Stream<Arguments> breaks() {
    return Stream.of(Framing.values())
        .flatMap(
            framing ->
                Stream.of(Break.values())
                    .flatMap(
                        how ->
                            Stream.of(Sent.values())
                                .map(sent -> Arguments.of(framing, how, sent))));
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void put_breaksOff_existingName(Framing framing, Break how, Sent sent) throws IOException {
    String name = "existing-" + framing + how + sent;
    String etag = api.given(name, "old");
    long putsBefore = stack.originRequests("PUT");

    breakOff(name, framing, how, sent);

    RawResponse read = api.get(name);
    assertThat(read.text()).isEqualTo("old");
    assertThat(only(read, "ETag")).isEqualTo(etag);
    assertThat(stack.originDir().resolve(name)).hasContent("old");
    assertThat(stack.originRequests("PUT")).isEqualTo(putsBefore);
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void put_breaksOff_newName(Framing framing, Break how, Sent sent) throws IOException {
    String name = "new-" + framing + how + sent;
    long putsBefore = stack.originRequests("PUT");

    breakOff(name, framing, how, sent);

    assertThat(api.get(name).status()).isEqualTo(404);
    assertThat(stack.originDir().resolve(name)).doesNotExist();
    assertThat(stack.published().resolve(name)).doesNotExist();
    assertThat(stack.originRequests("PUT")).isEqualTo(putsBefore);
    assertThat(api.put(name, "whole").status()).isEqualTo(201);
    assertThat(api.get(name).text()).isEqualTo("whole");
  }

  /** Sends a part of a body, waits until it has arrived, breaks off, and waits until it is gone. */
  private static void breakOff(String name, Framing framing, Break how, Sent sent)
      throws IOException {
    byte[] part = Arrays.copyOf(Bodies.make(name, 1, 1, LENGTH), bytesOf(sent));
    try (RawHttp http = api.connect()) {
      switch (framing) {
        case LENGTH_GIVEN ->
            http.request("PUT", PATH + name, "Content-Length: " + LENGTH).bytes(part);
        case CHUNKED -> {
          http.request("PUT", PATH + name, "Transfer-Encoding: chunked");
          if (part.length > 0) {
            http.chunk(part);
          }
        }
      }
      stack.awaitIncoming(
          files -> files.size() == 1 && files.getFirst().toFile().length() >= arrived(part.length));
      switch (how) {
        case SHORT -> Api.assertNotAcknowledged(http.finish());
        case RESET -> http.reset();
      }
    }
    stack.awaitNothingIncoming();
  }

  private static int bytesOf(Sent sent) {
    return switch (sent) {
      case HEAD_ONLY -> 0;
      case HALF -> LENGTH / 2;
      case ALL_BUT_THE_END -> LENGTH - 1;
    };
  }

  /** Returns how many of the bytes arrive at least. Some may rest in a buffer. */
  private static int arrived(int bytes) {
    return Math.max(0, bytes - 32 * 1024);
  }
}
