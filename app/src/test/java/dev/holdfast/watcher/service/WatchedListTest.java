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
import dev.holdfast.watcher.store.StoredEndpoints;
import java.net.InetAddress;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchedListTest {
  private static final EndpointId ID = new EndpointId("site");

  /** The agent's calls, in their order: put is +, remove is -, retire is ~. */
  private final List<String> calls = new ArrayList<>();

  private final List<Endpoint> changed = new ArrayList<>();
  private final List<EndpointId> removed = new ArrayList<>();
  private Resolution resolution = new Resolution.NoSuchName("no such name");
  private boolean isDatabaseDown;
  private long nowNanos;
  private long revision;

  private final EachAddress.Watching agent =
      new EachAddress.Watching() {
        @Override
        public void put(Endpoint endpoint) {
          calls.add("+" + endpoint.id() + " " + endpoint.timing().intervalMs());
        }

        @Override
        public void remove(EndpointId id) {
          calls.add("-" + id);
        }

        @Override
        public void retire(EndpointId id) {
          calls.add("~" + id);
        }
      };

  private final WatchedList list =
      new WatchedList(
          this::since,
          agent,
          new EachAddress(
              agent, (_, done) -> done.accept(resolution), (_, _) -> {}, () -> nowNanos),
          "here");

  private StoredEndpoints.Changes since(long ignored) throws SQLException {
    if (isDatabaseDown) {
      throw new SQLException("down");
    }
    var changes = new StoredEndpoints.Changes(++revision, changed, removed);
    changed.clear();
    removed.clear();
    return changes;
  }

  private static Endpoint endpoint(Reach.Resolve resolve, int intervalMs) {
    return new Endpoint(
        ID,
        "",
        new Timing(intervalMs, 1_000),
        CheckRequest.get(URI.create("https://site.example/")),
        Expectation.DEFAULT,
        new Reach(resolve, Reach.Family.ANY, true, true, false, false, List.of()),
        Set.of());
  }

  private List<String> refresh(Endpoint... endpoints) throws SQLException {
    changed.addAll(List.of(endpoints));
    calls.clear();
    list.refresh();
    return List.copyOf(calls);
  }

  @Test
  void nameThatGoes_isCheckedItself_whileTheDatabaseIsDown() throws Exception {
    resolution = new Resolution.Addresses(List.of(InetAddress.ofLiteral("192.0.2.1")), false);
    refresh(endpoint(new Reach.Resolve.Each(), 5_000));
    assertThat(refresh()).containsExactly("+site@192.0.2.1 5000");
    isDatabaseDown = true;
    resolution = new Resolution.NoSuchName("no such name");
    nowNanos += TimeUnit.SECONDS.toNanos(EachAddress.ABSENT_S);

    assertThatThrownBy(this::refresh).isInstanceOf(SQLException.class);
    assertThatThrownBy(this::refresh).isInstanceOf(SQLException.class);

    assertThat(calls).containsExactly("~site@192.0.2.1", "+site 5000");
    assertThat(list.addresses()).isZero();
  }

  /** A removal would discard the check that runs, and its slot would have no row. */
  @Test
  void changeOfANameWithoutAddresses_letsItsCheckGoOn() throws Exception {
    refresh(endpoint(new Reach.Resolve.Each(), 5_000));
    assertThat(refresh()).containsExactly("+site 5000");

    assertThat(refresh(endpoint(new Reach.Resolve.Each(), 30_000))).containsExactly("+site 30000");
    assertThat(refresh(endpoint(new Reach.Resolve.Any(), 60_000))).containsExactly("+site 60000");
  }

  @Test
  void changeBetweenEachAndAny_letsChecksThatRunComeToTheirResults() throws Exception {
    resolution = new Resolution.Addresses(List.of(InetAddress.ofLiteral("192.0.2.1")), false);
    assertThat(refresh(endpoint(new Reach.Resolve.Any(), 5_000))).containsExactly("+site 5000");
    assertThat(refresh(endpoint(new Reach.Resolve.Each(), 5_000))).containsExactly("~site");
    assertThat(refresh()).containsExactly("+site@192.0.2.1 5000");
    assertThat(refresh(endpoint(new Reach.Resolve.Any(), 5_000)))
        .containsExactly("~site@192.0.2.1", "+site 5000");
  }

  @Test
  void removal_endsAllOfIt() throws Exception {
    refresh(endpoint(new Reach.Resolve.Each(), 5_000));
    refresh();
    removed.add(ID);

    assertThat(refresh()).containsExactly("-site");
    nowNanos += TimeUnit.SECONDS.toNanos(EachAddress.ASK_S);
    assertThat(refresh()).isEmpty();
  }
}
