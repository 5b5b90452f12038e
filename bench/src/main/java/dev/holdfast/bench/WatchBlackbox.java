package dev.holdfast.bench;

import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The row of Debian's {@code prometheus-blackbox-exporter}. A client on the cores of the load asks
 * it to probe, as Prometheus does.
 */
final class WatchBlackbox {
  static final String NAME = "blackbox_exporter";

  private static final String PROGRAM = "prometheus-blackbox-exporter";
  private static final long START_TIMEOUT_MS = 20_000;

  /** The phases of a probe by HTTP. Resolving an address as such is none of them. */
  private static final Pattern PHASE =
      Pattern.compile(
          "(?m)^probe_http_duration_seconds\\{phase=\"(?:connect|tls|processing|transfer)\"} (\\S+)$");

  private static final Pattern SUCCESS = Pattern.compile("(?m)^probe_success (\\S+)$");

  private WatchBlackbox() {}

  static WatchRow row() {
    return new WatchRow(
        "blackbox", "blackbox_exporter of Debian, on the same core", true, WatchBlackbox::measure);
  }

  private static List<WatchFigure> measure(WatchGround ground)
      throws IOException, InterruptedException {
    Optional<Path> program = WatchPrograms.find(PROGRAM);
    if (program.isEmpty()) {
      return WatchPeer.notInstalled(PROGRAM);
    }
    Path directory = ground.directory("blackbox");
    Path config =
        Files.writeString(directory.resolve("blackbox.yml"), config(ground.sites().authorities()));
    int port = FreePorts.one();
    Path output = directory.resolve("blackbox.log");
    Process process =
        ground
            .plan()
            .children()
            .start(
                ground.plan().cores().servers(),
                directory,
                Map.of(),
                output,
                List.of(
                    program.get().toString(),
                    "--config.file=" + config,
                    "--web.listen-address=127.0.0.1:" + port,
                    "--log.level=error"));
    try {
      Children.await(process, output, () -> Sockets.accepts(port), START_TIMEOUT_MS);
      String probe = "http://127.0.0.1:" + port + "/probe?module=probe&target=";
      return measure(ground, process, probe);
    } finally {
      ground.plan().children().stop(process);
    }
  }

  private static String config(Path authorities) {
    return """
        modules:
          probe:
            prober: http
            timeout: 5s
            http:
              preferred_ip_protocol: ip4
              tls_config:
                ca_file: %s
        """
        .formatted(authorities);
  }

  private static List<WatchFigure> measure(WatchGround ground, Process process, String probe)
      throws IOException, InterruptedException {
    double seconds = ground.plan().seconds() / 2;
    var figures = new ArrayList<WatchFigure>();
    try (var client = new Client()) {
      load(ground, client, process, probe, false, WatchRows.LIGHT, 2);
      for (int perSecond : List.of(WatchRows.LIGHT, WatchRows.HEAVY)) {
        figures.addAll(
            WatchPeer.plain(
                ground,
                NAME,
                perSecond,
                load(ground, client, process, probe, false, perSecond, seconds)));
      }
      figures.addAll(
          WatchPeer.tls(
              ground,
              NAME,
              WatchRows.TLS,
              load(ground, client, process, probe, true, WatchRows.TLS, seconds)));
    }
    return figures;
  }

  private static WatchPeer.Load load(
      WatchGround ground,
      Client client,
      Process process,
      String probe,
      boolean isTls,
      int perSecond,
      double seconds)
      throws IOException, InterruptedException {
    int count = (int) (perSecond * seconds);
    long first = WatchPeer.numbers(count);
    List<WatchProbed> probed = new ArrayList<>();
    Cost before = Cost.of(List.of(process));
    long beganNanos = System.nanoTime();
    OpenLoad.run(
        perSecond,
        0,
        count,
        i -> client.getAsync(probe + encoded(url(ground, isTls, first + i))),
        (i, answer) -> {
          probed.add(parse(first + i, new String(answer.body(), StandardCharsets.UTF_8)));
          return "";
        });
    double took = CounterActors.secondsSince(beganNanos);
    Cost used = Cost.of(List.of(process)).since(before);
    return WatchPeer.load(ground, probed, took, used.ticks() * (double) Cost.TICK_MICROS / 1e6);
  }

  private static String url(WatchGround ground, boolean isTls, long number) {
    String site = number % 2 == 0 ? WatchFarm.PAGE : WatchFarm.SLOW;
    return isTls ? ground.sites().tlsUrl(WatchFarm.PAGE, number) : ground.sites().url(site, number);
  }

  private static String encoded(String url) {
    return URLEncoder.encode(url, StandardCharsets.UTF_8);
  }

  /** Parses the metrics of a probe. */
  static WatchProbed parse(long number, String metrics) {
    boolean isUp = first(SUCCESS, metrics).orElse(0) == 1;
    double seconds = 0;
    for (Matcher phase = PHASE.matcher(metrics); phase.find(); ) {
      seconds += Double.parseDouble(phase.group(1));
    }
    return new WatchProbed(number, 1e3 * seconds, isUp);
  }

  private static OptionalDouble first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find()
        ? OptionalDouble.of(Double.parseDouble(found.group(1)))
        : OptionalDouble.empty();
  }
}
