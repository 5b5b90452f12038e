package dev.holdfast.watcher.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edge cases 14 and 15: what the guard is asked about each resolved address. */
class GuardTest {
  private static final Guard GUARD = new Guard(List.of());

  private static InetAddress address(String text) {
    return AddressLiteral.parse(text).orElseThrow();
  }

  private static List<Net> nets(String... nets) {
    return Stream.of(nets).map(Net::parse).toList();
  }

  private static boolean isRefused(String address, String... allowed) {
    boolean byEndpoint = GUARD.refusal(address(address), nets(allowed)).isPresent();
    // It is the same who allows a net.
    assertThat(new Guard(nets(allowed)).refusal(address(address), List.of()).isPresent())
        .isEqualTo(byEndpoint);
    return byEndpoint;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "feff::1",
        "fc00::1",
        "fdff:ffff::1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "64:ff9b:1::808:808",
        "64:ff9b:1:808:8:800::",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "5f00::1"
      })
  void specialAddress_isRefused_unlessItsNetIsNamed(String address) {
    assertThat(isRefused(address)).isTrue();
    assertThat(isRefused(address, address)).isFalse();
    assertThat(isRefused(address, "8.0.0.0/8", "2001:4860::/32")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:4860:4860::8888",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "2600::5efe:8.8.8.8"
      })
  void publicAddress_isAllowed(String address) {
    assertThat(GUARD.refusal(address(address), List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "169.254.170.2",
        "169.254.42.42", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42"
      })
  void metadata_isReachedIfNamedExactly_andByNoWiderNet(String address) {
    assertThat(isRefused(address)).isTrue();
    assertThat(isRefused(address, "0.0.0.0/0", "::/0")).isTrue();
    assertThat(isRefused(address, "169.254.169.254/31", "fd00:ec2::254/127")).isTrue();
    assertThat(isRefused(address, address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::169.254.169.254",
        "::ffff:0:a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "64:ff9b:1:a9fe:a9:fe00::",
        "2002:a9fe:a9fe::1",
        "2001:0:808:808:0:0:5601:5601",
        "2001:0:a9fe:a9fe::",
        "2600::5efe:a9fe:a9fe",
        "2600::200:5efe:a9fe:a9fe"
      })
  void metadataInDisguise_isRefused_evenIfAllElseIsAllowed(String address) {
    assertThat(isRefused(address)).isTrue();
    assertThat(isRefused(address, "0.0.0.0/0", "::/0")).isTrue();
  }

  @Test
  void loopback_isReachedIfNamed() {
    assertThat(isRefused("127.0.0.1", "127.0.0.0/8")).isFalse();
    assertThat(isRefused("::1", "::1/128")).isFalse();
    assertThat(isRefused("::1", "127.0.0.0/8")).isTrue();
  }

  @Test
  void refusal_saysWhichAddressAndWhy() {
    assertThat(GUARD.refusal(address("10.1.2.3"), List.of()))
        .contains("10.1.2.3, in the net 10.0.0.0/8 (private)");
    assertThat(GUARD.refusal(address("169.254.169.254"), List.of()))
        .contains("169.254.169.254, a metadata service");
    assertThat(GUARD.refusal(address("64:ff9b::a01:203"), List.of()).orElseThrow())
        .startsWith("64:ff9b:0:0:0:0:a01:203 stands for 10.1.2.3, in the net 10.0.0.0/8");
  }

  /** An address of a scope, and one that Java would not turn into IPv4. */
  @Test
  void addressThatJavaKeepsAsIpv6_isJudgedAsWhatItIs() throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
    InetAddress kept = Inet6Address.getByAddress("a", mapped, 1);
    assertThat(kept).isInstanceOf(Inet6Address.class);
    assertThat(GUARD.refusal(kept, List.of())).isPresent();
    byte[] linkLocal = address("fe80::1").getAddress();
    assertThat(GUARD.refusal(Inet6Address.getByAddress("a", linkLocal, 3), List.of())).isPresent();
  }

  @Property
  void disguises_areJudgedAsTheAddressInside(@ForAll("ipv4") InetAddress ipv4) {
    assertJudgedAlike(ipv4, List.of());
    assertJudgedAlike(ipv4, nets("10.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"));
    assertJudgedAlike(ipv4, List.of(new Net(ipv4, 32)));
  }

  private static void assertJudgedAlike(InetAddress ipv4, List<Net> allowed) {
    boolean isRefused = GUARD.refusal(ipv4, allowed).isPresent();
    String hex = hex(ipv4.getAddress(), 0);
    for (String disguise :
        List.of(
            "::ffff:0:" + hex,
            "64:ff9b::" + hex,
            "2002:" + hex + "::1",
            "2600:1:2:3:0:5efe:" + hex,
            "2600:1:2:3:200:5efe:" + hex,
            "2001:0:808:808:0:0:" + hex(ipv4.getAddress(), 0xff),
            "2001:0:" + hex + "::" + hex(address("8.8.8.8").getAddress(), 0xff))) {
      assertThat(GUARD.refusal(address(disguise), allowed).isPresent())
          .as(disguise + " of " + ipv4)
          .isEqualTo(isRefused);
    }
    if (!List.of("0.0.0.0", "0.0.0.1").contains(ipv4.getHostAddress())) {
      assertThat(GUARD.refusal(address("::" + hex), allowed).isPresent()).isEqualTo(isRefused);
    }
  }

  private static String hex(byte[] bytes, int mask) {
    return "%x:%x"
        .formatted(
            ((bytes[0] ^ mask) & 0xff) << 8 | ((bytes[1] ^ mask) & 0xff),
            ((bytes[2] ^ mask) & 0xff) << 8 | ((bytes[3] ^ mask) & 0xff));
  }

  @Provide
  Arbitrary<InetAddress> ipv4() {
    Arbitrary<Integer> first =
        Arbitraries.of(0, 8, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255);
    Arbitrary<Byte> any = Arbitraries.bytes();
    return Arbitraries.oneOf(first.map(Integer::byteValue), any)
        .flatMap(
            a ->
                any.array(byte[].class)
                    .ofSize(3)
                    .map(
                        rest -> AddressLiteral.ofBytes(new byte[] {a, rest[0], rest[1], rest[2]})));
  }
}
