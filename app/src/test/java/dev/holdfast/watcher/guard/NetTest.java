package dev.holdfast.watcher.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetTest {
  private static InetAddress address(String text) {
    return AddressLiteral.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
    "172.16.0.0/12, 172.31.255.255, 172.32.0.0",
    "192.168.1.7, 192.168.1.7, 192.168.1.6",
    "0.0.0.0/0, 255.1.2.3, ::1",
    "fc00::/7, fdff::1, fe00::1",
    "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::1",
    "::1/128, ::1, ::2",
    "::/0, ffff::1, 1.2.3.4"
  })
  void net_hasItsAddresses_andNoOthers(String net, String inside, String outside) {
    assertThat(Net.parse(net).contains(address(inside))).isTrue();
    assertThat(Net.parse(net).contains(address(outside))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/33",
        "::/129",
        "10/8",
        "10.0.0.0/8/8",
        "a.example/8",
        "10.0.0.0/255.0.0.0",
        "fe80::1%1/64"
      })
  void parse_refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Net.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void parse_withHostBits_saysBothThingsThatMayBeMeant() {
    assertThatThrownBy(() -> Net.parse("10.1.2.3/8"))
        .hasMessageContaining("10.0.0.0/8")
        .hasMessageContaining("10.1.2.3/32");
  }

  @Test
  void parse_ofIpv4InTheFormOfIpv6_saysToWriteIpv4() {
    assertThatThrownBy(() -> Net.parse("::ffff:10.0.0.0/104")).hasMessageContaining("10.0.0.0");
  }

  @Property
  void anyNet_isReadBack_andHasWhatBeginsLikeIt(
      @ForAll @Size(16) byte[] bytes,
      @ForAll @Size(16) byte[] others,
      @ForAll @IntRange(min = 0, max = 128) int prefixBits) {
    BigInteger mask =
        BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE.shiftLeft(128 - prefixBits));
    byte[] first = bytes16(new BigInteger(1, bytes).and(mask));
    InetAddress address = AddressLiteral.ofBytes(first);
    if (address.getAddress().length == 4) {
      return; // IPv4-mapped
    }
    Net net = new Net(address, prefixBits);
    assertThat(Net.parse(net.toString())).isEqualTo(net);
    InetAddress other = AddressLiteral.ofBytes(others);
    boolean isAlike =
        new BigInteger(1, others).and(mask).equals(new BigInteger(1, first))
            && other.getAddress().length == 16;
    assertThat(net.contains(other)).isEqualTo(isAlike);
  }

  private static byte[] bytes16(BigInteger number) {
    byte[] bytes = new byte[16];
    byte[] digits = number.toByteArray();
    int length = Math.min(16, digits.length);
    System.arraycopy(digits, digits.length - length, bytes, 16 - length, length);
    return bytes;
  }
}
