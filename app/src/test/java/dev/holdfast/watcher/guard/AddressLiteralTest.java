package dev.holdfast.watcher.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressLiteralTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "255.255.255.255",
        "1.2.3.4",
        "::",
        "::1",
        "2001:db8::1",
        "::ffff:1.2.3.4"
      })
  void parse_readsLiterals(String text) throws Exception {
    assertThat(AddressLiteral.parse(text)).contains(InetAddress.getByName(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.1",
        "2130706433",
        "010.0.0.1",
        "0x7f.0.0.1",
        "256.0.0.1",
        "1.2.3.4.5",
        "1.2.3.4 ",
        "localhost",
        "[::1]",
        "fe80::1%eth0",
        ":::",
        "1:2:3:4:5:6:7:8:9",
        "::g",
        "12345::",
        "::1.2.3",
        "1.2.3.4::",
        "a"
      })
  void parse_refusesWhatOthersMayReadOtherwise(String text) {
    assertThat(AddressLiteral.parse(text)).isEmpty();
  }

  @Property
  void anyAddress_isReadBack(@ForAll @Size(16) byte[] bytes) {
    InetAddress address = AddressLiteral.ofBytes(bytes);
    assertThat(AddressLiteral.parse(address.getHostAddress())).contains(address);
  }
}
