package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.dns.Resolution;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** Which address a check goes to. */
final class WhichAddressTest {
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.start();
    farm = fixture.farm;
    farm.with("page", Sites.page("hello"));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  /** Edge case 19: the farm is on IPv4 alone, and so IPv6 is dead. */
  @Test
  void any_fallsBack() throws Exception {
    fixture.dns.with("both.test", 60, "127.0.0.1", "::1");

    Measured measured = fixture.check(Ask.of(farm.url("both.test", "page")));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.flags()).containsExactly(Flag.FELL_BACK);
    assertThat(measured.answer().address()).contains("127.0.0.1");
  }

  /** Edge case 19: by {@code each} every address is an endpoint of its own, and one is down. */
  @Test
  void each_oneIsDown() throws Exception {
    fixture.dns.with("both.test", 60, "127.0.0.1", "::1");
    var resolution = new CompletableFuture<Resolution>();
    fixture.probe.addresses(Ask.of(farm.url("both.test", "page")).endpoint(), resolution::complete);

    List<InetAddress> addresses = ((Resolution.Addresses) resolution.get()).addresses();
    assertThat(addresses)
        .containsExactlyInAnyOrder(
            InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
    List<Outcome> outcomes = new ArrayList<>();
    for (InetAddress address : addresses) {
      outcomes.add(fixture.check(Ask.of(farm.url("both.test", "page")).at(address)).outcome());
    }
    assertThat(outcomes).containsExactlyInAnyOrder(Outcome.UP, Outcome.DOWN);
  }

  @Test
  void any_addressThatDoesNotAnswerGetsItsPartOfTheTime() throws Exception {
    try (ServerSocket full = new ServerSocket()) {
      URI url = farm.url("both.test", "page");
      full.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), url.getPort()), 1);
      List<SocketChannel> queue = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(full.getLocalSocketAddress());
        queue.add(channel);
      }
      fixture.dns.with("both.test", 60, "127.0.0.2", "127.0.0.1");

      Measured measured = fixture.check(Ask.of(url).timeoutMs(1_000));

      assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
      assertThat(measured.flags()).containsExactly(Flag.FELL_BACK);
      assertThat(measured.answer().address()).contains("127.0.0.1");
      for (SocketChannel waiting : queue) {
        waiting.close();
      }
    }
  }

  @Test
  void family_alone() throws Exception {
    fixture.dns.with("both.test", 60, "127.0.0.1", "::1");
    Ask four = Ask.of(farm.url("both.test", "page")).family(Reach.Family.IPV4);
    Ask six = Ask.of(farm.url("both.test", "page")).family(Reach.Family.IPV6);

    assertThat(fixture.check(four).flags()).isEmpty();
    assertThat(fixture.check(six).reason()).isEqualTo(Reason.CONNECT_REFUSED);
  }

  @Test
  void fixed_whateverTheNameIs() throws Exception {
    Measured measured =
        fixture.check(
            Ask.of(farm.url("nowhere.test", "page")).at(InetAddress.ofLiteral("127.0.0.1")));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().phases().micros(Phase.DNS)).isEmpty();
    assertThat(fixture.dns.asked("nowhere.test")).isZero();
  }

  /** Edge case 15: public when it was saved, loopback when it is checked. */
  @Test
  void guard_rebinding() throws Exception {
    fixture.dns.with(
        "rebind.test",
        (_, count) ->
            new DnsFarm.Reply.Records(0, List.of(count == 1 ? "203.0.114.1" : "127.0.0.1")));
    var saved = new CompletableFuture<Resolution>();
    Ask ask = Ask.of(farm.url("rebind.test", "page")).family(Reach.Family.IPV4).nets();
    fixture.probe.addresses(ask.endpoint(), saved::complete);
    assertThat(((Resolution.Addresses) saved.get()).addresses())
        .containsExactly(InetAddress.ofLiteral("203.0.114.1"));
    // The shortest time to live is a second, so the name is asked for again a moment later.
    Await.until(
        "the name leads elsewhere",
        () -> fixture.check(ask.timeoutMs(50)).reason() == Reason.FORBIDDEN);

    Measured measured = fixture.check(ask);

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(measured.detail()).contains("rebind.test").contains("127.0.0.1");
    assertThat(farm.seen("page")).isEmpty();
  }

  @Test
  void guard_oneOfSeveralAddresses() throws Exception {
    fixture.dns.with("mixed.test", 60, "127.0.0.1", "10.1.2.3");

    Measured measured = fixture.check(Ask.of(farm.url("mixed.test", "page")));

    assertThat(measured.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(measured.detail()).contains("10.1.2.3");
    assertThat(farm.seen("page")).isEmpty();
  }

  /** That would be a question to a DNS server, and the event loop would wait for the answer. */
  @Test
  void fixed_isNotAskedForItsName() throws Exception {
    InetAddress address = InetAddress.ofLiteral("127.0.0.1");
    Ask fixed = Ask.of(farm.url("good.test", "page")).at(address);

    assertThat(fixture.check(fixed).outcome()).isEqualTo(Outcome.UP);

    assertThat(address.toString()).as("with its name, if anybody has asked").startsWith("/");
  }

  @Test
  void guard_fixedAndLiteralAddresses() throws Exception {
    Ask fixed = Ask.of(farm.url("good.test", "page")).at(InetAddress.ofLiteral("127.0.0.1")).nets();
    Ask literal = Ask.of(farm.url("page")).nets();

    assertThat(fixture.check(fixed).reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(fixture.check(literal).reason()).isEqualTo(Reason.FORBIDDEN);
  }

  /** Edge case 20: a name that does not exist. */
  @Test
  void dns_noSuchName() throws Exception {
    Measured measured = fixture.check(Ask.of(farm.url("nowhere.test", "page")));

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).isEqualTo(Reason.DNS);
    assertThat(measured.detail()).contains("nowhere.test").contains("no such name");
    assertThat(measured.answer().phases().micros(Phase.DNS)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.CONNECT)).isEmpty();
  }

  /** Edge case 20: SERVFAIL for one name is the name's, for most names it is the agent's. */
  @Test
  void dns_failureOfOneAndOfMost() throws Exception {
    for (int i = 0; i < 6; i++) {
      fixture.dns.with("fails" + i + ".test", (_, _) -> new DnsFarm.Reply.Code(Rcode.SERVFAIL));
    }
    for (int i = 0; i < 5; i++) {
      fixture.dns.with("works" + i + ".test", 60, "127.0.0.1");
      assertThat(fixture.check(Ask.of(farm.url("works" + i + ".test", "page"))).outcome())
          .isEqualTo(Outcome.UP);
    }

    for (int i = 0; i < 5; i++) {
      Measured one = fixture.check(Ask.of(farm.url("fails" + i + ".test", "page")));
      assertThat(one.outcome()).isEqualTo(Outcome.DOWN);
      assertThat(one.reason()).isEqualTo(Reason.DNS_FAILURE);
    }
    Measured most = fixture.check(Ask.of(farm.url("fails5.test", "page")));

    assertThat(most.outcome()).isEqualTo(Outcome.AGENT);
    assertThat(most.reason()).isEqualTo(Reason.AGENT_DNS);
  }
}
