package dev.holdfast.origin;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTailTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes…read /data/file-1: input/output error|true",
        "read /data/file-1: input/output error|true",
        "read /data/other: input/output error|false",
        "read /data/file-1: input/output error. And more.\\nbytes|false",
        "i read about file-1 today|false",
        "''|false"
      })
  void looksLikeError_onlyForAnErrorOfThatFileAtTheVeryEnd(String body, boolean error) {
    byte[] bytes = (body == null ? "" : body.replace("\\n", "\n")).getBytes(StandardCharsets.UTF_8);
    for (int step : new int[] {1, 7, 5000}) {
      var tail = new ErrorTail(stored("file-1"));
      var padding = new byte[3000];
      tail.add(padding, 0, padding.length);
      for (int at = 0; at < bytes.length; at += step) {
        tail.add(bytes, at, Math.min(step, bytes.length - at));
      }
      assertThat(tail.looksLikeError()).as("in steps of %d", step).isEqualTo(error);
    }
  }
}
