package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.service.Configured;
import dev.holdfast.service.ProcessConfig;
import dev.holdfast.service.ServiceProcess;
import dev.holdfast.system.Api;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.config.WatchFile;
import dev.holdfast.watcher.config.WatchList;
import dev.holdfast.watcher.guard.Net;
import dev.holdfast.watcher.probe.Cryptography;
import dev.holdfast.watcher.store.Database;
import dev.holdfast.watcher.store.DatabaseConfig;
import dev.holdfast.watcher.store.StoreFixture;
import dev.holdfast.watcher.store.StoredEndpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole watcher: its process, a database and a farm of sites. */
@Tag("database")
class WatchTest {
  private static final Pattern HELP = Pattern.compile("(?m)^# HELP (holdfast_watch_\\w+) (.*)$");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(holdfast_watch_\\w+)` \\| \\w+ \\|[^|]*\\| (.*) \\|$");

  @RegisterExtension private final StoreFixture fixture = new StoreFixture();
  @TempDir private Path directory;

  private ServiceProcess start(Farm farm, DnsFarm dns) throws Exception {
    return start(fixture.config(), farm, dns);
  }

  private ServiceProcess start(DatabaseConfig database, Farm farm, DnsFarm dns) throws Exception {
    WatchConfig usual = WatchConfig.DEFAULT;
    var config =
        new WatchConfig(
            database,
            new ReachConfig(
                List.of(Net.parse("127.0.0.0/8")),
                List.of(dns.address()),
                List.of(farm.authority().certificate()),
                Cryptography.Choice.NATIVE),
            "here",
            100,
            usual.queueMax(),
            usual.spoolBytesMax(),
            usual.checksDays(),
            usual.minutesDays(),
            usual.hoursDays(),
            usual.daysDays());
    return fixture.closing(
        ServiceProcess.start(
            new ProcessConfig("127.0.0.1", FreePorts.one(), directory, HttpLimits.DEFAULT),
            new Configured<>(new Watch(), config)));
  }

  private void apply(String yaml) throws Exception {
    if (!(WatchFile.read("watch.yaml", yaml) instanceof WatchList.Read read)) {
      throw new AssertionError(WatchFile.read("watch.yaml", yaml));
    }
    List<Endpoint> endpoints = read.endpoints();
    try (Database database = Database.open(fixture.config(), (_, _) -> {})) {
      new StoredEndpoints(database).apply(endpoints, false);
    }
  }

  private long rows(String id, String outcome) throws Exception {
    String count =
        fixture
            .select(
                "SELECT count(*) FROM checks c JOIN endpoints e ON e.number = c.endpoint"
                    + " WHERE e.id = '"
                    + id
                    + "' AND c.outcome = "
                    + outcome)
            .getFirst();
    return Long.parseLong(count);
  }

  private static JsonNode status(Api api) throws IOException {
    return new ObjectMapper().readTree(api.ask("GET", "/status").text());
  }

  /**
   * Each request that a site has seen is one row, with the outcome that the site deserves. Edge
   * case 24: equal URLs with another pattern, and at another address, are endpoints of their own.
   */
  @Test
  void rows_areThoseOfTheFarmsLog() throws Exception {
    try (Farm farm = Farm.start("127.0.0.1");
        DnsFarm dns = DnsFarm.start()) {
      farm.with("page", Sites.page("all is well")).with("gone", Sites.status(404, ""));
      dns.with(Farm.Name.GOOD.host(), 60, "127.0.0.1");
      dns.with("each.test", 60, "127.0.0.1", "127.0.0.99");
      String page = farm.url("page").toString();
      apply(
          """
          defaults: {interval: 5s, timeout: 2s}
          endpoints:
            - {id: up, url: '%1$s'}
            - {id: pattern, url: '%1$s', expect: {must: 'is broken'}}
            - {id: address, url: '%5$s', resolve: 127.0.0.98}
            - {id: gone, url: '%2$s'}
            - {id: tls, url: '%3$s'}
            - {id: each, url: '%4$s', resolve: each}
            - {id: elsewhere, url: '%1$s', locations: [there]}
          """
              .formatted(
                  page,
                  farm.url("gone"),
                  farm.tlsUrl(Farm.Name.GOOD, "tls"),
                  farm.url("each.test", "each"),
                  farm.url("each.test", "address")));
      farm.with("tls", Sites.page("a page")).with("each", Sites.page("a page"));
      var api = new Api(URI.create("http://127.0.0.1:" + start(farm, dns).port()));
      Await.until("the list is loaded", () -> api.ask("GET", "/health").status() == 200);
      String up = "0"; // store/Codes
      String down = "2";
      Await.until(
          "all that the farm has seen is in the table",
          () ->
              farm.seen("page").size() >= 3
                  && rows("up", up) + rows("pattern", down) == farm.seen("page").size()
                  && rows("gone", down) == farm.seen("gone").size()
                  && rows("tls", up) == farm.seen("tls").size()
                  && rows("each@127.0.0.1", up) == farm.seen("each").size()
                  && !farm.seen("tls").isEmpty()
                  && !farm.seen("each").isEmpty()
                  && rows("address", down) > 0
                  && rows("each@127.0.0.99", down) > 0);
      assertThat(rows("up", down) + rows("pattern", up) + rows("gone", up)).isZero();
      assertThat(rows("elsewhere", up) + rows("elsewhere", down)).isZero();
      Await.until( // a check that was disturbed decides nothing, and the next one does
          "the states are what the sites deserve",
          () ->
              fixture
                  .select(
                      "SELECT e.id, s.outcome FROM state s JOIN endpoints e ON e.number = s.endpoint"
                          + " ORDER BY e.id")
                  .equals(
                      List.of(
                          "address|2",
                          "each@127.0.0.1|0",
                          "each@127.0.0.99|2",
                          "gone|2",
                          "pattern|2",
                          "tls|0",
                          "up|0")));

      // Some of them may fail, or come late, where the machine is busy.
      Await.until("a canary has answered", () -> status(api).at("/canary/median").isNumber());
      Await.until("and one by https", () -> status(api).at("/tlsCanary/median").isNumber());
      JsonNode status = status(api);
      assertThat(status.at("/location").asText()).isEqualTo("here");
      assertThat(status.at("/database/state").asText()).isEqualTo("ready");
      assertThat(status.at("/cryptography").asText()).isEqualTo(Cryptography.inUse());
      assertThat(status.at("/addresses").asInt()).isEqualTo(2);
      assertThat(status.at("/canary/failed").isNumber()).isTrue();
      assertThat(status.at("/results/missed").isNumber()).isTrue();
      assertThat(status.at("/lateMs/p99").isNumber()).isTrue();
      assertThat(api.ask("GET", "/metrics").text())
          .contains("holdfast_watch_results_total{outcome=\"down\"}")
          .contains("holdfast_watch_late_seconds_bucket")
          .contains("holdfast_watch_database_up 1.0");
    }
  }

  /** The list of the database is read again when it changes; a removed endpoint goes. */
  @Test
  void changedList_isTakenWhileItRuns() throws Exception {
    try (Farm farm = Farm.start("127.0.0.1");
        DnsFarm dns = DnsFarm.start()) {
      farm.with("old", Sites.page("old")).with("new", Sites.page("new"));
      String list = "endpoints: [{id: %1$s, url: '%2$s', interval: 5s}]";
      var api = new Api(URI.create("http://127.0.0.1:" + start(farm, dns).port()));
      apply(list.formatted("old", farm.url("old")));
      Await.until("the old one is checked", () -> rows("old", "0") > 0);
      apply(list.formatted("new", farm.url("new")));
      Await.until("the new one is checked", () -> rows("new", "0") > 0);
      assertThat(status(api).at("/endpoints").asInt()).as("it and the canaries").isEqualTo(3);
    }
  }

  /** docs/metrics.md has each meter with its help, and no other. */
  @Test
  void meters_areThoseOfTheDocumentation() throws Exception {
    try (Farm farm = Farm.start("127.0.0.1");
        DnsFarm dns = DnsFarm.start()) {
      var api = new Api(URI.create("http://127.0.0.1:" + start(farm, dns).port()));
      String metrics = api.ask("GET", "/metrics").text();
      String doc = Files.readString(Path.of("..", "docs", "metrics.md"));
      var told = new TreeMap<String, String>();
      HELP.matcher(metrics).results().forEach(help -> told.put(help.group(1), help.group(2)));
      var documented = new TreeMap<String, String>();
      ROW.matcher(doc).results().forEach(row -> documented.put(row.group(1), row.group(2)));
      assertThat(told.keySet()).isNotEmpty().isEqualTo(documented.keySet());
      told.forEach(
          (name, help) -> {
            if (!name.endsWith("_max")) {
              assertThat(documented.get(name)).as(name).startsWith(help);
            }
          });
    }
  }

  /**
   * A stop may be cut short. So results are on disk before anybody waits for a database that does
   * not answer: neither the thread that writes, nor the one that reads the list.
   */
  @Test
  void stop_whileTheDatabaseDoesNotAnswer_bringsResultsToDiskFirst() throws Exception {
    DatabaseConfig usual = fixture.config();
    var patient =
        new DatabaseConfig(
            usual.url(), usual.user(), "", 4, 1_000, (int) Patience.RUN.toMillis(), 60_000);
    try (Farm farm = Farm.start("127.0.0.1");
        DnsFarm dns = DnsFarm.start();
        Connection locking = DriverManager.getConnection(usual.url(), usual.user(), "");
        Statement lock = locking.createStatement()) {
      farm.with("page", Sites.page("a page"));
      var endpoints = new StringBuilder("endpoints:\n");
      for (int i = 0; i < 200; i++) {
        endpoints.append("  - {id: e%s, url: '%s', interval: 5s}%n".formatted(i, farm.url("page")));
      }
      apply(endpoints.toString());
      ServiceProcess process = start(patient, farm, dns);
      Await.until("results are stored", () -> fixture.count("checks") > 0);
      locking.setAutoCommit(false);
      lock.execute("LOCK TABLE checks, endpoints IN ACCESS EXCLUSIVE MODE");
      Await.until("the writer and the reader of the list wait", () -> waiting() >= 2);

      Thread closing = Thread.ofVirtual().start(() -> closeQuietly(process));
      Path spool = directory.resolve("spool");
      Await.until("results are on disk", () -> spool.toFile().list().length > 0);

      assertThat(waiting()).as("who still waits for the database").isPositive();
      locking.rollback();
      closing.join();
    }
  }

  private long waiting() throws Exception {
    return Long.parseLong(
        fixture
            .select(
                "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())")
            .getFirst());
  }

  private static void closeQuietly(ServiceProcess process) {
    try {
      process.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The watcher starts without its database, and says what it waits for. */
  @Test
  void databaseThatIsNotThere_isWaitedFor() throws Exception {
    try (Farm farm = Farm.start("127.0.0.1");
        DnsFarm dns = DnsFarm.start()) {
      DatabaseConfig nobody = fixture.config(FreePorts.one());
      ServiceProcess process = start(nobody, farm, dns);
      var api = new Api(URI.create("http://127.0.0.1:" + process.port()));
      Await.until(
          "it says what it waits for",
          () -> status(api).at("/database/state").asText().startsWith("waiting for " + nobody));
      assertThat(api.ask("GET", "/health").status()).isEqualTo(503);
      assertThat(api.ask("GET", "/health").text())
          .startsWith("{\"status\": \"not ready\", \"trouble\": \"waiting for " + nobody);
      Await.until("its canary is checked", () -> status(api).at("/canary/median").isNumber());
      Await.until(
          "its canary by https is checked", () -> status(api).at("/tlsCanary/median").isNumber());
      process.close();
    }
  }
}
