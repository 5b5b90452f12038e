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
import dev.holdfast.watcher.store.Database;
import dev.holdfast.watcher.store.StoreFixture;
import dev.holdfast.watcher.store.StoredEndpoints;
import java.net.InetAddress;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("database")
class WatchedListTest {
  @RegisterExtension private final StoreFixture fixture = new StoreFixture();

  private final List<String> told = new ArrayList<>();
  private Resolution resolution =
      new Resolution.Addresses(List.of(InetAddress.ofLiteral("192.0.2.1")), false);
  private long nowNanos;
  private Database database;
  private StoredEndpoints stored;
  private WatchedList list;

  @BeforeEach
  void start() throws Exception {
    database = fixture.closing(Database.open(fixture.config(), (_, _) -> {}));
    stored = new StoredEndpoints(database);
    var agent =
        new EachAddress.Watching() {
          @Override
          public void put(Endpoint endpoint) {
            told.add("put " + endpoint.id());
          }

          @Override
          public void remove(EndpointId id) {
            told.add("remove " + id);
          }

          @Override
          public void retire(EndpointId id) {
            told.add("retire " + id);
          }
        };
    var each =
        new EachAddress(agent, (_, done) -> done.accept(resolution), stored::derive, () -> nowNanos);
    list = new WatchedList(stored, agent, each, "here");
  }

  private static Endpoint endpoint(Reach.Resolve resolve, int intervalMs) {
    return new Endpoint(
        new EndpointId("site"),
        "",
        new Timing(intervalMs, 1_000),
        CheckRequest.get(URI.create("https://site.example/")),
        Expectation.DEFAULT,
        new Reach(resolve, Reach.Family.ANY, true, true, false, false, List.of()),
        Set.of());
  }

  private void apply(Endpoint endpoint) throws SQLException {
    stored.apply(List.of(endpoint), false);
  }

  private List<String> refreshed() throws SQLException {
    told.clear();
    list.refresh();
    list.refresh();
    return told;
  }

  @Test
  void addressesGo_whileTheDatabaseIsAway() throws Exception {
    apply(endpoint(new Reach.Resolve.Each(), 5_000));
    assertThat(refreshed()).contains("put site@192.0.2.1");
    told.clear();

    database.close();
    resolution = new Resolution.NoSuchName("no such name");
    for (int s = 0; s <= EachAddress.ABSENT_S + EachAddress.ASK_S; s += EachAddress.ASK_S) {
      nowNanos += TimeUnit.SECONDS.toNanos(EachAddress.ASK_S);
      assertThatThrownBy(list::refresh).isInstanceOf(SQLException.class);
    }

    assertThat(told).containsExactly("retire site@192.0.2.1", "put site");
  }

  /** A check that runs is discarded by a removal alone. */
  @Test
  void changeOfTheList_removesNothingThatIsStillWatched() throws Exception {
    resolution = new Resolution.NoSuchName("no such name");
    apply(endpoint(new Reach.Resolve.Any(), 5_000));
    assertThat(refreshed()).containsExactly("put site");
    apply(endpoint(new Reach.Resolve.Each(), 5_000));
    assertThat(refreshed()).containsExactly("retire site", "put site");
    apply(endpoint(new Reach.Resolve.Each(), 10_000));
    assertThat(refreshed()).containsExactly("put site");
    stored.apply(List.of(), false);
    assertThat(refreshed()).contains("remove site").doesNotContain("retire site");
  }

  /** The endpoints of single addresses go from the database, with their states. */
  @Test
  void eachThatBecomesAny_leavesNoEndpointsOfItsAddresses() throws Exception {
    apply(endpoint(new Reach.Resolve.Each(), 5_000));
    refreshed();
    String present = "SELECT id FROM endpoints WHERE deleted_at IS NULL ORDER BY id";
    assertThat(fixture.select(present)).containsExactly("site", "site@192.0.2.1");

    apply(endpoint(new Reach.Resolve.Any(), 5_000));

    assertThat(refreshed()).containsExactly("retire site@192.0.2.1", "put site");
    assertThat(fixture.select(present)).containsExactly("site");
  }
}
