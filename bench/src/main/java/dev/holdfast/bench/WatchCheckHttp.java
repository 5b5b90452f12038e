package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The row of {@code check_http} of the monitoring plugins: a process a check, one after the other,
 * from a shell that says in the end what its children have used.
 */
final class WatchCheckHttp {
  static final String NAME = "check_http";

  private static final int CHECKS = 150;
  private static final Pattern TIME = Pattern.compile("\\|time=([0-9.]+)s");

  /**
   * Minutes and seconds of CPU, in user and kernel mode: the last line that {@code times} prints.
   */
  private static final Pattern CHILDREN =
      Pattern.compile("(?m)^(\\d+)m([0-9.]+)s (\\d+)m([0-9.]+)s\\s*\\z");

  private static final Pattern URL = Pattern.compile("https?://([0-9.]+):(\\d+)(/\\S+)");

  private WatchCheckHttp() {}

  static WatchRow row() {
    return new WatchRow(
        NAME,
        "check_http of Debian, a process a check, on the same core",
        true,
        WatchCheckHttp::measure);
  }

  private static List<WatchFigure> measure(WatchGround ground)
      throws IOException, InterruptedException {
    Optional<Path> program = WatchPrograms.find(NAME);
    if (program.isEmpty()) {
      return WatchPeer.notInstalled(NAME);
    }
    Path directory = ground.directory(NAME);
    WatchPeer.Load plain = load(ground, directory, program.get(), false);
    WatchPeer.Load tls = load(ground, directory, program.get(), true);
    ground.programs().plain(NAME, plain.micros());
    ground.programs().tls(NAME, tls.micros());
    return List.of(
        WatchFigure.plain(
            "CPU a check by http, one after the other",
            "%,.0f µs%s".formatted(plain.micros(), WatchPeer.falseDowns(plain))),
        WatchFigure.plain("inflation: a whole check, less the farm's delay", plain.inflation()),
        WatchFigure.plain(
            "CPU a check by https, certificates not verified",
            "%,.0f µs%s".formatted(tls.micros(), WatchPeer.falseDowns(tls))));
  }

  private static WatchPeer.Load load(
      WatchGround ground, Path directory, Path program, boolean isTls)
      throws IOException, InterruptedException {
    long first = WatchPeer.numbers(CHECKS);
    var lines = new ArrayList<String>();
    for (long number = first; number < first + CHECKS; number++) {
      String url =
          isTls
              ? ground.sites().tlsUrl(WatchFarm.PAGE, number)
              : ground.sites().url(WatchFarm.PAGE, number);
      lines.add(command(program, url));
    }
    lines.add("times");
    Path script = Files.write(directory.resolve(isTls ? "tls.sh" : "plain.sh"), lines);
    long beganNanos = System.nanoTime();
    String printed =
        ground
            .plan()
            .children()
            .run(ground.plan().cores().servers(), directory, List.of("sh", script.toString()));
    return WatchPeer.load(
        ground, parse(first, printed), CounterActors.secondsSince(beganNanos), cpuSeconds(printed));
  }

  /** Returns the command of one check. */
  static String command(Path program, String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a URL of the farm: " + url);
    }
    return "%s -I %s -p %s -u %s -t 5%s"
        .formatted(
            program,
            parts.group(1),
            parts.group(2),
            parts.group(3),
            url.startsWith("https:") ? " -S" : "");
  }

  /** Parses what some checks print, a line each. */
  static List<WatchProbed> parse(long first, String printed) {
    var probed = new ArrayList<WatchProbed>();
    for (String line : printed.lines().filter(each -> each.startsWith("HTTP ")).toList()) {
      Matcher time = TIME.matcher(line);
      boolean isTimed = time.find();
      probed.add(
          new WatchProbed(
              first + probed.size(),
              isTimed ? 1e3 * Double.parseDouble(time.group(1)) : 0,
              isTimed && line.startsWith("HTTP OK")));
    }
    return probed;
  }

  /** Returns the CPU that the children of a shell have used. */
  static double cpuSeconds(String printed) throws IOException {
    Matcher children = CHILDREN.matcher(printed);
    if (!children.find()) {
      throw new IOException("times has printed nothing: " + printed);
    }
    return 60 * (Double.parseDouble(children.group(1)) + Double.parseDouble(children.group(3)))
        + Double.parseDouble(children.group(2))
        + Double.parseDouble(children.group(4));
  }
}
