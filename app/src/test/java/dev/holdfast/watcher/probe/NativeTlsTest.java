package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same with native cryptography: each site has the same outcome and the same reason. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class NativeTlsTest extends TlsTest {
  @Override
  Cryptography.Choice choice() {
    return Cryptography.Choice.NATIVE;
  }

  @BeforeEach
  void assertNative() {
    assertThat(Cryptography.inUse()).startsWith("AmazonCorrettoCryptoProvider ");
  }
}
