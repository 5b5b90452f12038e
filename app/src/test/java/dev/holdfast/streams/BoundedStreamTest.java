package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoundedStreamTest {
  private static final byte[] BYTES = {1, 2, -3, 4};

  private final RuntimeException complaint = new IllegalStateException("wrong");

  private static InputStream bytes() {
    return new ByteArrayInputStream(BYTES);
  }

  @Test
  void exactly_ofThatLength_isTheSame() throws IOException {
    assertThat(BoundedStream.exactly(bytes(), 4).readAllBytes()).isEqualTo(BYTES);
    assertThat(BoundedStream.exactly(bytes(), 4, () -> complaint).readAllBytes()).isEqualTo(BYTES);
    assertThat(BoundedStream.exactly(InputStream.nullInputStream(), 0).readAllBytes()).isEmpty();
  }

  @Test
  void exactly_ofAShorterStream_failsAtItsEnd_eachTime() throws IOException {
    InputStream in = BoundedStream.exactly(bytes(), 6);
    assertThat(in.readNBytes(4)).isEqualTo(BYTES);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(in::read)
          .isInstanceOf(EOFException.class)
          .hasMessage("the body ends 2 bytes early");
    }
  }

  @Test
  void exactly_ofALongerStream_fails() {
    assertThatIOException()
        .isThrownBy(() -> BoundedStream.exactly(bytes(), 3).readAllBytes())
        .withMessage("the body is longer than 3 bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 5, Long.MAX_VALUE})
  void exactly_ofAnotherLength_throwsWhatTheReaderAskedFor(long size) {
    InputStream in = BoundedStream.exactly(bytes(), size, () -> complaint);
    assertThatThrownBy(in::readAllBytes).isSameAs(complaint);
  }

  @Test
  void atMost_failsWithTheFirstByteMore() throws IOException {
    assertThat(BoundedStream.atMost(bytes(), 4, () -> complaint).readAllBytes()).isEqualTo(BYTES);
    InputStream in = BoundedStream.atMost(bytes(), 2, () -> complaint);
    assertThat(in.read()).isEqualTo(1);
    assertThat(in.read()).isEqualTo(2);
    assertThatThrownBy(in::read).isSameAs(complaint);
  }

  /** A reader of protocol buffers skips what it does not know. */
  @Test
  void skip_counts() throws IOException {
    InputStream in = BoundedStream.exactly(bytes(), 5);
    assertThat(in.skip(2)).isEqualTo(2);
    assertThat(in.read()).isEqualTo(0xfd);
    assertThatThrownBy(() -> in.skip(3)).hasMessageContaining("1 bytes early");
    InputStream bounded = BoundedStream.atMost(bytes(), 2, () -> complaint);
    assertThatThrownBy(() -> bounded.skip(3)).isSameAs(complaint);
  }

  @Test
  void close_closesTheStreamBelow() throws IOException {
    var closed = new AtomicBoolean();
    var below =
        new ByteArrayInputStream(BYTES) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    BoundedStream.exactly(below, 9).close();
    assertThat(closed).isTrue();
  }
}
