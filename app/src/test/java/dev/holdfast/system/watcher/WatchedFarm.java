package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.watcher.SlotAccount.Differences;
import dev.holdfast.system.watcher.SlotAccount.Found;
import dev.holdfast.system.watcher.SlotAccount.Request;
import dev.holdfast.system.watcher.SlotAccount.Row;
import dev.holdfast.system.watcher.SlotAccount.Silence;
import dev.holdfast.system.watcher.SlotAccount.Span;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Site;
import dev.holdfast.watchdb.EmbeddedDatabase;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.Schedule;
import dev.holdfast.watcher.config.WatchFile;
import dev.holdfast.watcher.config.WatchList;
import dev.holdfast.watcher.store.Codes;
import dev.holdfast.watcher.store.Database;
import dev.holdfast.watcher.store.DatabaseConfig;
import dev.holdfast.watcher.store.StoredEndpoints;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A farm with an endpoint for each of its sites, all of them checked each five seconds, and a
 * database that gets the rows. It holds the rows against the farm's log.
 *
 * <p>Threading: for one thread at a time.
 */
final class WatchedFarm implements AutoCloseable {
  private static final int INTERVAL_MS = Schedule.INTERVAL_MIN_MS;

  private final Farm farm;
  private final String dbUrl;
  private final int checkers;
  private final Map<String, Schedule> endpoints;
  private final List<Span> owed = new ArrayList<>();

  /** The farm's moments are those of {@link System#nanoTime}: this is what the wall clock adds. */
  private final long wallMs = System.currentTimeMillis() - System.nanoTime() / 1_000_000;

  private long owedFromMs;

  /**
   * Starts a farm, and makes its endpoints known in a database.
   *
   * @param dbUrl the database
   * @param checkers how many watchers will check each endpoint
   * @param sites how many sites
   * @param site the script of each
   * @param keys further keys of all endpoints, in YAML
   */
  WatchedFarm(String dbUrl, int checkers, int sites, Site site, String keys) throws Exception {
    this.farm = Farm.start("127.0.0.1");
    this.dbUrl = dbUrl;
    this.checkers = checkers;
    List<String> ids = IntStream.range(0, sites).mapToObj(i -> "site" + i).toList();
    this.endpoints = SlotAccount.schedules(ids, INTERVAL_MS);
    ids.forEach(id -> farm.with(id, site));
    var yaml =
        new StringBuilder("defaults: {interval: 5s, timeout: 30s" + keys + "}\nendpoints:\n");
    ids.forEach(id -> yaml.append("  - {id: " + id + ", url: '" + farm.url(id) + "'}\n"));
    apply(yaml.toString());
  }

  private void apply(String yaml) throws Exception {
    if (!(WatchFile.read("watch.yaml", yaml) instanceof WatchList.Read read)) {
      throw new AssertionError(WatchFile.read("watch.yaml", yaml));
    }
    List<Endpoint> list = read.endpoints();
    var config = DatabaseConfig.of(dbUrl, EmbeddedDatabase.USER, "");
    try (Database database = Database.open(config, (_, _) -> {})) {
      new StoredEndpoints(database).apply(list, false);
    }
  }

  /** Returns the options of a watcher of this farm, whose database is at the URL. */
  List<String> options(String url) {
    return List.of(
        "--db-url=" + url,
        "--db-user=" + EmbeddedDatabase.USER,
        "--allow-net=127.0.0.0/8",
        "--dns-servers=127.0.0.1:1"); // nobody: all sites are known by their address
  }

  /** Returns the options of a watcher of this farm. */
  List<String> options() {
    return options(dbUrl);
  }

  int size() {
    return endpoints.size();
  }

  /** Gives all sites another script. */
  void serve(Site site) {
    endpoints.keySet().forEach(id -> farm.with(id, site));
  }

  /** From now on slots and requests are owed. */
  void owe() {
    owedFromMs = System.currentTimeMillis();
  }

  /** From now on they are not. */
  void oweNoMore() {
    owed.add(new Span(owedFromMs, System.currentTimeMillis()));
  }

  /** Waits until all slots and requests that are owed up to now are accounted for. */
  void settle() throws Exception {
    oweNoMore();
    assertWhole();
  }

  /** Waits until all that is owed is accounted for. */
  void assertWhole() throws Exception {
    var account = new SlotAccount(endpoints, owed, checkers);
    owed.clear();
    var last = new AtomicReference<Differences>();
    try {
      Await.until(
          "all is there",
          () -> {
            Differences differences = account.compare(found());
            last.set(differences);
            return differences.missing().isEmpty() || !differences.wrong().isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError("missing: " + last.get().missing(), e);
    }
    assertThat(last.get().wrong()).isEmpty();
    assertThat(last.get().missing()).isEmpty();
  }

  private Found found() throws SQLException {
    List<Row> rows = rows();
    List<Silence> silences =
        select(
                "SELECT (extract(epoch FROM after) * 1000)::bigint,"
                    + " (extract(epoch FROM until) * 1000)::bigint, slots, reason FROM gaps")
            .map(
                column ->
                    new Silence(
                        new Span(Long.parseLong(column[0]), Long.parseLong(column[1])),
                        Long.parseLong(column[2]),
                        word(Reason.values(), Codes::of, column[3])))
            .toList();
    return new Found(rows, silences, requests());
  }

  /** Returns all rows, in the order of their due times. */
  List<Row> rows() throws SQLException {
    return select(
            "SELECT e.id, (extract(epoch FROM c.due) * 1000)::bigint, c.kind, c.outcome, c.reason,"
                + " c.status FROM checks c JOIN endpoints e ON e.number = c.endpoint ORDER BY c.due")
        .map(
            column ->
                new Row(
                    column[0],
                    Long.parseLong(column[1]),
                    word(Kind.values(), Codes::of, column[2]),
                    word(Outcome.values(), Codes::of, column[3]),
                    word(Reason.values(), Codes::of, column[4]),
                    column[5] != null))
        .toList();
  }

  /** Returns the rows whose slot was due in a time. */
  List<Row> rows(Span span) throws SQLException {
    return rows().stream().filter(row -> row.kind() == Kind.SLOT && span.has(row.dueMs())).toList();
  }

  /** Waits until each site is up, by a check that is due from now on. */
  void awaitAllUp() throws Exception {
    long fromMs = now();
    Await.until(
        "all sites are up",
        () ->
            rows().stream()
                    .filter(row -> row.dueMs() > fromMs && row.outcome() == Outcome.UP)
                    .map(Row::endpoint)
                    .distinct()
                    .count()
                == size());
  }

  private List<Request> requests() {
    return endpoints.keySet().stream()
        .flatMap(
            id ->
                farm.seen(id).stream()
                    .map(Seen::askedNanos)
                    .map(nanos -> new Request(id, wallMs + nanos / 1_000_000)))
        .toList();
  }

  /** Returns how many requests the farm has answered. */
  int answered() {
    return requests().size();
  }

  private static <E extends Enum<E>> E word(E[] words, ToIntFunction<E> code, String number) {
    return Stream.of(words)
        .filter(word -> code.applyAsInt(word) == Integer.parseInt(number))
        .findFirst()
        .orElseThrow();
  }

  private Stream<String[]> select(String query) throws SQLException {
    var rows = new ArrayList<String[]>();
    try (Connection connection = DriverManager.getConnection(dbUrl, EmbeddedDatabase.USER, "");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      int columns = found.getMetaData().getColumnCount();
      while (found.next()) {
        var row = new String[columns];
        for (int i = 0; i < columns; i++) {
          row[i] = found.getString(i + 1);
        }
        rows.add(row);
      }
    }
    return rows.stream();
  }

  /** Waits until the time of the wall clock has come, in ms since the epoch. */
  static void awaitTime(long epochMs) throws Exception {
    Await.until("it is " + Instant.ofEpochMilli(epochMs), () -> now() >= epochMs);
  }

  static long now() {
    return System.currentTimeMillis();
  }

  @Override
  public void close() throws IOException {
    farm.close();
  }
}
