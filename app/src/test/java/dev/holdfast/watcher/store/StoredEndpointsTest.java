package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Reach;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

@Tag("database")
class StoredEndpointsTest {
  @RegisterExtension final StoreFixture fixture = new StoreFixture();

  @TempDir Path dir;

  private Database database;
  private StoredEndpoints stored;

  @BeforeEach
  void start() throws Exception {
    database = fixture.open();
    stored = new StoredEndpoints(database);
  }

  @Test
  void apply_makesTheListThatWasGiven() throws Exception {
    stored.apply(List.of(Results.endpoint("a"), Results.endpoint("b")), false);
    Plan plan = stored.apply(List.of(Results.endpoint("b", 5_000), Results.endpoint("c")), false);

    assertThat(plan.added()).containsExactly(new EndpointId("c"));
    assertThat(plan.removed()).containsExactly(new EndpointId("a"));
    assertThat(fixture.select("SELECT id, interval_ms FROM endpoints WHERE deleted_at IS NULL"))
        .containsExactlyInAnyOrder("b|5000", "c|60000");
  }

  @Test
  void apply_asADryRun_changesNothing() throws Exception {
    stored.apply(List.of(Results.endpoint("a")), false);

    Plan plan = stored.apply(List.of(Results.endpoint("b")), true);

    assertThat(plan.added()).containsExactly(new EndpointId("b"));
    assertThat(fixture.select("SELECT id FROM endpoints")).containsExactly("a");
  }

  @Test
  void apply_thatFails_changesNothing() throws Exception {
    stored.apply(List.of(Results.endpoint("a")), false);
    fixture.execute("ALTER TABLE endpoints ADD CHECK (id <> 'c')");

    assertThatThrownBy(
            () -> stored.apply(List.of(Results.endpoint("b"), Results.endpoint("c")), false))
        .isInstanceOf(SQLException.class);

    assertThat(fixture.select("SELECT id FROM endpoints WHERE deleted_at IS NULL"))
        .containsExactly("a");
  }

  /** A machine that has hardly any CPU reckons for long, and its transaction is idle meanwhile. */
  @Test
  void apply_thatReckonsForLong_isDone() throws Exception {
    var slow =
        new AbstractList<Endpoint>() {
          private boolean hasWaited;

          @Override
          public Endpoint get(int index) {
            if (!hasWaited) {
              hasWaited = true;
              awaitIdleTransaction();
            }
            return Results.endpoint("a");
          }

          @Override
          public int size() {
            return 1;
          }
        };

    assertThat(stored.apply(slow, false).added()).containsExactly(new EndpointId("a"));

    assertThat(fixture.select("SELECT id FROM endpoints")).containsExactly("a");
  }

  /** Waits for as long as another transaction of the watcher may be idle, and is ended then. */
  private void awaitIdleTransaction() {
    try {
      Await.until(
          "a transaction was idle for long, or is ended",
          () ->
              fixture
                  .select(
                      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                          + " AND state = 'idle in transaction'"
                          + " AND state_change > now() - interval '6 s'")
                  .equals(List.of("0")));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One at a single address of a name is in no list, and goes with its parent. */
  @Test
  void derive_isInNoList_andGoesWithItsParent() throws Exception {
    Endpoint parent = each("a");
    stored.apply(List.of(parent), false);
    long revision = stored.since(0).revision();
    Endpoint derived = Results.endpoint("a@192.0.2.1");
    stored.derive(parent.id(), List.of(derived));
    stored.derive(parent.id(), List.of(derived));

    assertThat(stored.since(0).present()).containsExactly(parent);
    assertThat(stored.since(revision).present()).isEmpty();
    assertThat(stored.apply(List.of(parent), true).isEmpty()).isTrue();
    String present = "SELECT id FROM endpoints WHERE deleted_at IS NULL ORDER BY id";
    assertThat(fixture.select(present)).containsExactly("a", "a@192.0.2.1");

    stored.apply(List.of(Results.endpoint("b")), false);
    assertThat(fixture.select(present)).containsExactly("b");
    assertThat(stored.since(revision).removed()).containsExactly(parent.id());
    assertThatThrownBy(() -> stored.derive(parent.id(), List.of(derived)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no endpoint a ");

    stored.apply(List.of(parent), false);
    stored.derive(parent.id(), List.of(derived));
    assertThat(fixture.select(present)).containsExactly("a", "a@192.0.2.1");
  }

  private static Endpoint each(String id) {
    Endpoint endpoint = Results.endpoint(id);
    Reach reach = endpoint.reach();
    return new Endpoint(
        endpoint.id(),
        endpoint.group(),
        endpoint.timing(),
        endpoint.request(),
        endpoint.expectation(),
        new Reach(
            new Reach.Resolve.Each(),
            reach.family(),
            reach.isFollowing(),
            reach.isVerifying(),
            reach.isTlsRequired(),
            reach.isReusing(),
            reach.allowedNets()),
        endpoint.locations());
  }

  /** They would stay for ever, with states that no check changes. */
  @Test
  void eachThatBecomesAny_keepsNoEndpointsOfItsAddresses() throws Exception {
    Endpoint parent = each("a");
    stored.apply(List.of(parent, each("b")), false);
    stored.derive(parent.id(), List.of(Results.endpoint("a@192.0.2.1")));
    stored.derive(new EndpointId("b"), List.of(Results.endpoint("b@192.0.2.1")));
    fixture.execute(
        "INSERT INTO state (endpoint, location, due, outcome, reason, since)"
            + " SELECT number, 1, now(), 0, 0, now() FROM endpoints WHERE parent IS NOT NULL");

    stored.apply(List.of(Results.endpoint("a"), each("b")), false);

    assertThat(fixture.select("SELECT id FROM endpoints WHERE deleted_at IS NULL ORDER BY id"))
        .containsExactly("a", "b", "b@192.0.2.1");
    assertThat(fixture.select("SELECT e.id FROM state s JOIN endpoints e ON e.number = s.endpoint"))
        .containsExactly("b@192.0.2.1");
    assertThatThrownBy( // by an agent that does not know of the change yet
            () -> stored.derive(parent.id(), List.of(Results.endpoint("a@192.0.2.1"))))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no endpoint a ");
  }

  /** Edge case 24. */
  @Test
  void twoEndpointsWithOneUrl_areTwo() throws Exception {
    Endpoint a = Results.endpoint("a");
    Endpoint b =
        new Endpoint(
            new EndpointId("b"),
            a.group(),
            a.timing(),
            a.request(),
            a.expectation(),
            a.reach(),
            a.locations());
    stored.apply(List.of(a, b), false);

    assertThat(fixture.select("SELECT count(*), count(DISTINCT url) FROM endpoints"))
        .containsExactly("2|1");
  }

  @Test
  void endpointThatComesBack_hasItsNumberAndSoItsHistory() throws Exception {
    stored.apply(List.of(Results.endpoint("a")), false);
    stored.apply(List.of(), false);
    stored.apply(List.of(Results.endpoint("a")), false);

    assertThat(fixture.select("SELECT number, deleted_at, revision FROM endpoints"))
        .containsExactly("1|null|3");
  }

  /**
   * Of those under the numbers: a changed interval keeps history. Rows, figures and state are of
   * the endpoint, whatever its interval is.
   */
  @Test
  void changedInterval_keepsHistory() throws Exception {
    stored.apply(List.of(Results.endpoint("a", 60_000)), false);
    fixture.maintain(database);
    try (ResultWriter writer = fixture.writer(database, WriterConfig.DEFAULT, dir)) {
      writer.add(Results.down("a", Results.NOON_MS));
      writer.add(Results.down("a", Results.NOON_MS + 60_000));
      Await.until("the first rows are written", () -> writer.counts().written() == 2);

      Plan plan = stored.apply(List.of(Results.endpoint("a", 5_000)), false);

      assertThat(plan.changed()).hasSize(1);
      assertThat(plan.added()).isEmpty();
      assertThat(plan.removed()).isEmpty();
      writer.add(Results.down("a", Results.NOON_MS + 65_000));
      Await.until("the row after the change is written", () -> writer.counts().written() == 3);
    }
    fixture.setClock(Results.NOON_MS + TimeUnit.MINUTES.toMillis(6));
    fixture.maintain(database);

    assertThat(fixture.select("SELECT count(*), count(DISTINCT endpoint) FROM checks"))
        .containsExactly("3|1");
    assertThat(fixture.select("SELECT slots, down FROM checks_5m")).containsExactly("3|3");
    assertThat(fixture.select("SELECT outcome, since FROM state"))
        .containsExactly("2|2024-11-29 12:00:00+00");
  }

  @Test
  void since_saysWhatHasChanged() throws Exception {
    stored.apply(List.of(Results.endpoint("a"), Results.endpoint("b")), false);
    StoredEndpoints.Changes first = stored.since(0);
    stored.apply(List.of(Results.endpoint("b"), Results.endpoint("c")), false);
    StoredEndpoints.Changes second = stored.since(first.revision());

    assertThat(first.present()).containsExactly(Results.endpoint("a"), Results.endpoint("b"));
    assertThat(second.present()).containsExactly(Results.endpoint("c"));
    assertThat(second.removed()).containsExactly(new EndpointId("a"));
    assertThat(stored.since(second.revision()))
        .isEqualTo(new StoredEndpoints.Changes(second.revision(), List.of(), List.of()));
  }

  /** The process that applies another list stands still, or its machine is gone. */
  @Test
  void apply_whileAnotherHangs_isGivenUp_andSaysWhichOne() throws Exception {
    try (Connection hanging = database.connection();
        Statement other = hanging.createStatement()) {
      other.execute("SELECT pg_advisory_xact_lock(" + StoredEndpoints.LOCK + ")");
      int process = hanging.unwrap(PGConnection.class).getBackendPID();

      assertThatThrownBy(
              () -> new StoredEndpoints(database, 50).apply(List.of(Results.endpoint("a")), false))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("held by holdfast-watch from 127.0.0.1 port ")
          .hasMessageContaining("pg_terminate_backend(" + process + ")");

      assertThat(fixture.count("pg_locks WHERE NOT granted AND locktype = 'advisory'"))
          .as("no attempt waits on in the server after its end")
          .isZero();
      hanging.rollback();
    }
    assertThat(stored.apply(List.of(Results.endpoint("a")), false).added()).hasSize(1);
  }

  @Test
  void applyTwiceAtOnce_isOneAfterTheOther() throws Exception {
    int lists = 4;
    var barrier = new CyclicBarrier(lists);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Plan>> tasks =
          IntStream.range(0, lists)
              .<Callable<Plan>>mapToObj(
                  list ->
                      () -> {
                        barrier.await();
                        return stored.apply(listOf(list), false);
                      })
              .toList();
      for (Future<Plan> each : threads.invokeAll(tasks)) {
        assertThat(each.get().added()).hasSize(50);
      }
    }

    List<String> present = fixture.select("SELECT id FROM endpoints WHERE deleted_at IS NULL");
    assertThat(present).hasSize(50);
    assertThat(present.stream().map(id -> id.charAt(1)).distinct()).hasSize(1);
    assertThat(fixture.select("SELECT max(revision) FROM endpoints")).containsExactly("4");
  }

  private static List<Endpoint> listOf(int list) {
    return IntStream.range(0, 50).mapToObj(i -> Results.endpoint("l" + list + "-" + i)).toList();
  }
}
