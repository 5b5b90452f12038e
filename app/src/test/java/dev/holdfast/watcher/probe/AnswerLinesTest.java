package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.junit.jupiter.api.Test;

final class AnswerLinesTest {
  private final Queue<String> sent = new ArrayDeque<>();
  private final BodyRoom room = new BodyRoom(1 << 20);
  private final BodyStore answer = new BodyStore(room, 10);
  private final SessionInputBuffer input = new AnswerLines(answer).counted(input());

  /** A buffer of the lines that were sent. */
  private SessionInputBuffer input() {
    return (SessionInputBuffer)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SessionInputBuffer.class},
            (_, method, arguments) -> {
              if (!method.getName().equals("readLine")) {
                return 0;
              }
              if (sent.isEmpty()) {
                return false;
              }
              ((CharArrayBuffer) arguments[0]).append(sent.remove());
              return true;
            });
  }

  private boolean readLine() throws IOException {
    return input.readLine(new CharArrayBuffer(16), false);
  }

  /** A connection by TLS wakes up for tickets, too, which are no bytes of an answer. */
  @Test
  void wakeUpAfterTheAnswer_isNothing_andALineIsOfNoAnswer() throws IOException {
    sent.addAll(List.of("HTTP/1.1 200 OK", ""));
    assertThat(readLine()).isTrue();
    assertThat(readLine()).isTrue();
    assertThat(room.takenBytes()).isPositive();

    answer.leave();

    assertThat(room.takenBytes()).isZero();
    assertThat(readLine()).isFalse();
    sent.add("HTTP/1.1 200 OK");
    assertThatThrownBy(this::readLine).hasMessageContaining("no answer");
    assertThat(room.takenBytes()).isZero();
  }
}
