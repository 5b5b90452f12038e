package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Timing;
import dev.holdfast.watcher.dns.Resolution;
import java.net.InetAddress;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EachAddressTest {
  private static final EndpointId ID = new EndpointId("site");

  /** The agent's endpoints, by their ids, with the address of each, or "any". */
  private final Map<String, String> watched = new TreeMap<>();

  private final Set<String> stored = new TreeSet<>();
  private Resolution resolution = addresses("192.0.2.1");
  private boolean isDatabaseDown;
  private long nowNanos;
  private int asked;

  private final EachAddress each =
      new EachAddress(
          new EachAddress.Watching() {
            @Override
            public void put(Endpoint endpoint) {
              String id = endpoint.id().text();
              assertThat(id.equals(ID.text()) || stored.contains(id)).as(id).isTrue();
              watched.put(id, address(endpoint) + " " + endpoint.timing().intervalMs());
            }

            @Override
            public void remove(EndpointId id) {
              watched.remove(id.text());
            }

            @Override
            public void retire(EndpointId id) {
              watched.remove(id.text());
            }
          },
          (_, done) -> {
            asked++;
            done.accept(resolution);
          },
          (parent, endpoints) -> {
            assertThat(parent).isEqualTo(ID);
            if (isDatabaseDown) {
              throw new SQLException("down");
            }
            endpoints.forEach(endpoint -> stored.add(endpoint.id().text()));
          },
          () -> nowNanos);

  private static String address(Endpoint endpoint) {
    return endpoint.reach().resolve() instanceof Reach.Resolve.Fixed(InetAddress address)
        ? address.getHostAddress()
        : "any";
  }

  private static Resolution addresses(String... texts) {
    return new Resolution.Addresses(
        List.of(texts).stream().map(InetAddress::ofLiteral).toList(), false);
  }

  private static Endpoint endpoint(int intervalMs) {
    return new Endpoint(
        ID,
        "",
        new Timing(intervalMs, 1_000),
        CheckRequest.get(URI.create("https://site.example/")),
        Expectation.DEFAULT,
        new Reach(new Reach.Resolve.Each(), Reach.Family.ANY, true, true, false, false, List.of()),
        Set.of());
  }

  /** Lets time pass, and lets what names came to be taken. */
  private void turn(long seconds) throws SQLException {
    nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    each.turn();
    each.turn();
    each.store();
  }

  @Test
  void eachAddress_isAnEndpointOfItsOwn() throws Exception {
    resolution = addresses("192.0.2.1", "2001:db8::1", "192.0.2.1");
    each.put(endpoint(5_000));
    turn(0);
    assertThat(watched)
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.of(
                    "site@192.0.2.1", "192.0.2.1 5000",
                    "site@2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1 5000")));
    assertThat(each.size()).isEqualTo(2);
  }

  @Test
  void address_thatComes_isCheckedAtTheNextResolution() throws Exception {
    each.put(endpoint(5_000));
    turn(0);
    resolution = addresses("192.0.2.1", "192.0.2.2");
    turn(EachAddress.ASK_S - 1);
    assertThat(watched).containsOnlyKeys("site@192.0.2.1");
    turn(1);
    assertThat(watched).containsOnlyKeys("site@192.0.2.1", "site@192.0.2.2");
    assertThat(asked).isEqualTo(2);
  }

  /** Names of large sites give some of their addresses at a time. */
  @Test
  void address_thatIsAbsent_isCheckedForAWhile() throws Exception {
    each.put(endpoint(5_000));
    turn(0);
    resolution = addresses("192.0.2.2");
    turn(EachAddress.ABSENT_S - 1);
    assertThat(watched).containsOnlyKeys("site@192.0.2.1", "site@192.0.2.2");
    turn(EachAddress.ASK_S);
    assertThat(watched).containsOnlyKeys("site@192.0.2.2");
  }

  @Test
  void name_withoutAddresses_isCheckedItself_untilItHasSome() throws Exception {
    resolution = new Resolution.NoSuchName("no such name");
    each.put(endpoint(5_000));
    turn(0);
    assertThat(watched).containsExactly(Map.entry("site", "any 5000"));
    resolution = addresses("192.0.2.1");
    turn(EachAddress.ASK_S);
    assertThat(watched).containsOnlyKeys("site@192.0.2.1");
  }

  @Test
  void failureOfTheResolver_saysNothingOfAddresses() throws Exception {
    each.put(endpoint(5_000));
    turn(0);
    resolution = new Resolution.Failure("SERVFAIL", Optional.empty());
    turn(EachAddress.ABSENT_S);
    resolution = new Resolution.Timeout();
    turn(EachAddress.ABSENT_S);
    assertThat(watched).containsOnlyKeys("site@192.0.2.1");
  }

  /** An endpoint is in the database before it has a result. */
  @Test
  void address_thatTheDatabaseDoesNotTake_isAskedForAgain() throws Exception {
    isDatabaseDown = true;
    each.put(endpoint(5_000));
    each.turn();
    each.turn();
    assertThatThrownBy(each::store).isInstanceOf(SQLException.class);
    assertThat(watched).isEmpty();
    isDatabaseDown = false;
    turn(EachAddress.ASK_S);
    assertThat(watched).containsOnlyKeys("site@192.0.2.1");
  }

  /** An endpoint is checked all the time, whatever the database does. */
  @Test
  void name_whoseAddressesTheDatabaseDoesNotTake_isCheckedItself() throws Exception {
    isDatabaseDown = true;
    each.put(endpoint(5_000));
    each.turn();
    each.turn();
    nowNanos += TimeUnit.SECONDS.toNanos(EachAddress.ASK_S);
    each.turn();
    each.turn();
    assertThat(watched).containsExactly(Map.entry("site", "any 5000"));
    isDatabaseDown = false;
    each.store();
    assertThat(watched).containsOnlyKeys("site@192.0.2.1");
  }

  @Test
  void addressesThatComeAndGo_areTaken_whileTheDatabaseIsDown() throws Exception {
    resolution = addresses("192.0.2.1", "192.0.2.2");
    each.put(endpoint(5_000));
    turn(0);
    isDatabaseDown = true;
    resolution = new Resolution.NoSuchName("no such name");
    nowNanos += TimeUnit.SECONDS.toNanos(EachAddress.ABSENT_S);
    each.turn();
    each.turn();
    assertThat(watched).containsExactly(Map.entry("site", "any 5000"));
  }

  @Test
  void change_reachesAllAddresses_andARemovalToo() throws Exception {
    each.put(endpoint(5_000));
    turn(0);
    each.put(endpoint(30_000));
    assertThat(watched).containsExactly(Map.entry("site@192.0.2.1", "192.0.2.1 30000"));
    each.remove(ID);
    assertThat(watched).isEmpty();
    turn(EachAddress.ASK_S);
    assertThat(watched).isEmpty();
    assertThat(each.size()).isZero();
  }

  @Test
  void addresses_haveABound() throws Exception {
    List<String> many = new ArrayList<>();
    IntStream.range(0, EachAddress.ADDRESSES_MAX + 10).forEach(i -> many.add("192.0.2." + i));
    resolution = addresses(many.toArray(String[]::new));
    each.put(endpoint(5_000));
    turn(0);
    turn(EachAddress.ASK_S);
    assertThat(watched).hasSize(EachAddress.ADDRESSES_MAX);
  }
}
