package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PatientStreamTest {
  private static final byte[] BYTES = {1, 2, -3, 4};

  @Test
  void read_ofWhatComes_isTheSame() throws IOException {
    var in = new PatientStream(new ByteArrayInputStream(BYTES), 60_000);
    assertThat(in.read()).isEqualTo(1);
    assertThat(in.readAllBytes()).isEqualTo(new byte[] {2, -3, 4});
    assertThat(in.read()).isEqualTo(-1);
  }

  @Test
  void read_thatFails_failsAlike() {
    var failure = new IOException("broken");
    var below =
        new Below() {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            throw failure;
          }
        };
    assertThatThrownBy(new PatientStream(below, 60_000)::read).isSameAs(failure);
  }

  @Test
  void read_thatWaitsTooLong_endsWithTheStreamBelow() {
    var closed = new CountDownLatch(1);
    var silent =
        new Below() {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            try {
              closed.await();
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
            throw new IOException("closed");
          }

          @Override
          public void close() {
            closed.countDown();
          }
        };
    assertThatThrownBy(() -> new PatientStream(silent, 1).readNBytes(9))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("nothing came for 1 ms");
    assertThat(closed.getCount()).isZero();
  }

  private abstract static class Below extends InputStream {
    @Override
    public int read() throws IOException {
      return read(new byte[1], 0, 1);
    }

    @Override
    public abstract int read(byte[] into, int offset, int length) throws IOException;
  }
}
