package dev.holdfast.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

final class FailureTest {
  /** What is connected needs no further descriptor, so that nothing can have been sent. */
  @Test
  void connectionForWhichThereIsNoDescriptor_sendsNothing() {
    assertThat(Failure.ofSending(new SocketException("Too many open files")))
        .isInstanceOf(Failure.NotSent.class);
  }

  @Test
  void connectionThatBreaks_mayHaveActed() {
    assertThat(Failure.ofSending(new SocketException("Connection reset")).mayHaveActed()).isTrue();
    assertThat(Failure.ofSending(new IOException("Too many open files")).mayHaveActed()).isTrue();
  }
}
