package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same with native cryptography: each site has the same outcome and the same reason. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class NativeTlsTest extends TlsTest {
  private static Cryptography cryptography;

  @BeforeAll
  static void install() {
    cryptography = Cryptography.start(Cryptography.Choice.NATIVE);
    assertThat(Cryptography.inUse()).startsWith("AmazonCorrettoCryptoProvider ");
  }

  @AfterAll
  static void remove() {
    cryptography.close();
  }
}
