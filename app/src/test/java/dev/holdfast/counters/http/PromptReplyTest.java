package dev.holdfast.counters.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptReplyTest {
  private final List<String> here = new ArrayList<>();
  private final List<String> elsewhere = new ArrayList<>();
  private final PromptReply reply =
      new PromptReply(
          bytes -> here.add(new String(bytes, US_ASCII)),
          bytes -> elsewhere.add(new String(bytes, US_ASCII)));

  @Test
  void replyWithinTheCall_isSentWhenItReturns() {
    reply.accept("prompt".getBytes(US_ASCII));
    assertThat(here).as("under the lock").isEmpty();
    reply.returned();
    assertThat(here).containsExactly("prompt");
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void emptyReply_isOneToo() {
    reply.accept(new byte[0]);
    reply.returned();
    assertThat(here).containsExactly("");
  }

  @Test
  void laterReply_isSentByAnotherThread() {
    reply.returned();
    assertThat(here).isEmpty();
    reply.accept("later".getBytes(US_ASCII));
    assertThat(elsewhere).containsExactly("later");
    assertThat(here).isEmpty();
  }
}
