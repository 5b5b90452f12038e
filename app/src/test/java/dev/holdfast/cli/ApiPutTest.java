package dev.holdfast.cli;

import static dev.holdfast.cli.Api.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a PUT answers, and what it does to the file. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiPutTest {
  private static final int BODY_BYTES_MAX = 1_000_000;

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup().withBodyBytesMax(BODY_BYTES_MAX));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  @Test
  void put_newName() throws IOException {
    RawResponse answer = api.put("new", "first");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).isEmpty();
    assertThat(only(answer, "ETag")).matches("\"[!#-~]+\"");
    RawResponse read = api.get("new");
    assertThat(read.text()).isEqualTo("first");
    assertThat(only(read, "ETag")).isEqualTo(only(answer, "ETag"));
    assertThat(stack.originDir().resolve("new")).hasContent("first");
  }
}
