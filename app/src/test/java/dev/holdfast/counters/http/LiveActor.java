package dev.holdfast.counters.http;

import dev.holdfast.counters.Actor;
import dev.holdfast.counters.AddOutcome;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.Meters;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An actor with its HTTP, as a process has it. */
final class LiveActor implements AutoCloseable {
  private final List<ExecutorService> threads = new ArrayList<>();
  private final SystemClock clock = new SystemClock();
  private final String host;
  private final HttpNetwork network;
  private final Actor actor;
  private final CounterRoutes routes;
  private final HttpService http;

  static LiveActor start(String host, int port, Path directory) throws IOException {
    return start(host, port, directory, HttpLimits.DEFAULT, CountersConfig.DEFAULT);
  }

  static LiveActor start(
      String host, int port, Path directory, HttpLimits limits, CountersConfig config)
      throws IOException {
    return new LiveActor(
        host,
        port,
        directory,
        new LocalDisk(),
        limits,
        config,
        actor -> new CounterRoutes(actor, config));
  }

  /** Starts one on a disk, with routes that are made for it. */
  static LiveActor start(
      int port, Path directory, Disk disk, Function<Actor, CounterRoutes> routesOf)
      throws IOException {
    return new LiveActor(
        "127.0.0.1", port, directory, disk, HttpLimits.DEFAULT, CountersConfig.DEFAULT, routesOf);
  }

  private LiveActor(
      String host,
      int port,
      Path directory,
      Disk disk,
      HttpLimits limits,
      CountersConfig config,
      Function<Actor, CounterRoutes> routesOf)
      throws IOException {
    this.host = host;
    this.network = new HttpNetwork(host, port);
    this.actor =
        Actor.start(
            config.actor(),
            new Actor.World(
                disk, directory, this::thread, clock, network, new SecureRandom(), new NoMeters()));
    this.routes = routesOf.apply(actor);
    this.http =
        HttpService.start(
            host, port, limits, () -> true, new Scrape(), routes::answer, routes::addTo);
  }

  private ExecutorService thread(String name) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
    threads.add(thread);
    return thread;
  }

  Actor actor() {
    return actor;
  }

  String address() {
    return host + ":" + http.port();
  }

  URI uri() {
    return URI.create("http://" + address());
  }

  RawHttp connect() throws IOException {
    return RawHttp.connect(uri(), Patience.STEP);
  }

  RawResponse get(String target) throws IOException {
    try (RawHttp connection = connect()) {
      return connection.request("GET", target).response();
    }
  }

  RawResponse post(String target, String body, String... headers) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var lines = new ArrayList<>(List.of(headers));
    lines.add("Content-Length: " + bytes.length);
    try (RawHttp connection = connect()) {
      return connection
          .request("POST", target, lines.toArray(new String[0]))
          .bytes(bytes)
          .response();
    }
  }

  /** Posts the list of these actors. */
  RawResponse configure(List<LiveActor> actors) throws IOException {
    var list = actors.stream().map(actor -> '"' + actor.address() + '"').toList();
    return post("/config", "{\"actors\": [" + String.join(", ", list) + "]}");
  }

  @Override
  public void close() {
    http.close();
    network.close();
    actor.close();
    routes.close();
    clock.close();
    threads.forEach(ExecutorService::shutdown);
  }

  /** Nobody looks at the meters. */
  private static final class NoMeters implements Meters {
    @Override
    public void twin(Id process) {}

    @Override
    public void foreignShare(Id actor) {}

    @Override
    public void added(AddOutcome outcome) {}
  }
}
