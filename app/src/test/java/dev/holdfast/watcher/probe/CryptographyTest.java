package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.LogLines;
import java.security.Provider;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CryptographyTest {
  private static final String OF_THE_JDK = "SunEC ";
  private static final String NATIVE = "AmazonCorrettoCryptoProvider ";

  /** Other tests have the same list of providers. */
  @AfterEach
  void nothingStays() {
    assertThat(Cryptography.inUse()).startsWith(OF_THE_JDK);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void ofNativeCode_isInUseUntilItIsClosed() {
    try (LogLines log = LogLines.of(Cryptography.class.getName());
        var _ = Cryptography.start(Cryptography.Choice.NATIVE)) {
      assertThat(Cryptography.inUse()).startsWith(NATIVE);
      Cryptography.start(Cryptography.Choice.NATIVE).close(); // it is there already
      assertThat(Cryptography.inUse()).startsWith(NATIVE);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void ofTheJdk_loadsNothing() {
    Supplier<Provider> loader =
        () -> {
          throw new AssertionError("it loads native code");
        };
    try (var _ = Cryptography.start(Cryptography.Choice.JDK, loader)) {
      assertThat(Cryptography.inUse()).startsWith(OF_THE_JDK);
    }
  }

  static Stream<Throwable> faults() {
    return Stream.of(
        new IllegalStateException("native code is for Linux amd64, not for Mac OS X aarch64"),
        new UnsatisfiedLinkError("failed to map segment from shared object"),
        new NoClassDefFoundError("com/amazon/corretto/crypto/provider/Loader"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void nativeCodeThatCannotBeLoaded_isReplaced_andOneLineSaysWhy(Throwable fault) {
    Supplier<Provider> loader =
        () -> {
          if (fault instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) fault;
        };
    try (LogLines log = LogLines.of(Cryptography.class.getName());
        var _ = Cryptography.start(Cryptography.Choice.NATIVE, loader)) {
      assertThat(Cryptography.inUse()).startsWith(OF_THE_JDK);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN checks by https have the cryptography of the JDK")
          .endsWith(fault.getMessage());
    }
  }
}
