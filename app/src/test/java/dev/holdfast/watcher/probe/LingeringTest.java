package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.reactor.IOSession;
import org.junit.jupiter.api.Test;

class LingeringTest {
  private static final IOSession SESSION =
      (IOSession)
          Proxy.newProxyInstance(
              LingeringTest.class.getClassLoader(),
              new Class<?>[] {IOSession.class},
              (_, method, _) -> {
                throw new AssertionError(method);
              });

  @Test
  void linger_thatFails_takesNoPlace() {
    var isFailing = new AtomicBoolean(true);
    try (var deadlines = new Deadlines(() -> 0, _ -> {})) {
      var lingering =
          new Lingering(
              deadlines,
              () -> {
                if (isFailing.get()) {
                  throw new OutOfMemoryError("planted");
                }
                return 0;
              },
              1);
      assertThatThrownBy(() -> lingering.linger(SESSION)).isInstanceOf(OutOfMemoryError.class);
      assertThat(lingering.count()).isZero();

      isFailing.set(false);
      Optional<Runnable> over = lingering.linger(SESSION);

      assertThat(over).isPresent();
      assertThat(lingering.linger(SESSION)).as("there is one place").isEmpty();
      over.get().run();
      assertThat(lingering.count()).isZero();
    }
  }
}
