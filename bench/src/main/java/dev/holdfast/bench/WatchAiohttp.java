package dev.holdfast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The row of a checker of twenty lines on aiohttp, {@code watch_aiohttp.py} among the resources. It
 * prints its findings and its CPU, and stores nothing.
 */
final class WatchAiohttp {
  static final String NAME = "aiohttp";

  /** The Python of the system, which has Debian's packages. */
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  private static final String SCRIPT = "watch_aiohttp.py";

  private WatchAiohttp() {}

  static WatchRow row() {
    return new WatchRow(
        NAME, "twenty lines of aiohttp, on the same core", true, WatchAiohttp::measure);
  }

  private static List<WatchFigure> measure(WatchGround ground)
      throws IOException, InterruptedException {
    Path directory = ground.directory(NAME);
    if (!isThere(ground, directory)) {
      return WatchPeer.notInstalled("python3-aiohttp");
    }
    try (InputStream script = WatchAiohttp.class.getResourceAsStream("/bench/" + SCRIPT)) {
      Files.copy(script, directory.resolve(SCRIPT));
    }
    double seconds = ground.plan().seconds() / 2;
    var figures = new ArrayList<WatchFigure>();
    for (int perSecond : List.of(WatchRows.LIGHT, WatchRows.HEAVY)) {
      figures.addAll(
          WatchPeer.plain(
              ground, NAME, perSecond, load(ground, directory, false, perSecond, seconds)));
    }
    figures.addAll(
        WatchPeer.tls(
            ground, NAME, WatchRows.TLS, load(ground, directory, true, WatchRows.TLS, seconds)));
    return figures;
  }

  private static boolean isThere(WatchGround ground, Path directory) throws InterruptedException {
    try {
      ground
          .plan()
          .children()
          .run(
              ground.plan().cores().servers(),
              directory,
              List.of(PYTHON.toString(), "-c", "import aiohttp"));
      return true;
    } catch (IOException e) { // no Python, or one without it
      return false;
    }
  }

  private static WatchPeer.Load load(
      WatchGround ground, Path directory, boolean isTls, int perSecond, double seconds)
      throws IOException, InterruptedException {
    int count = (int) (perSecond * seconds);
    long first = WatchPeer.numbers(count);
    var urls = new ArrayList<String>();
    for (long number = first; number < first + count; number++) {
      String site = number % 2 == 0 ? WatchFarm.PAGE : WatchFarm.SLOW;
      urls.add(
          isTls ? ground.sites().tlsUrl(WatchFarm.PAGE, number) : ground.sites().url(site, number));
    }
    Path list = Files.write(directory.resolve("urls"), urls);
    String printed =
        ground
            .plan()
            .children()
            .run(
                ground.plan().cores().servers(),
                directory,
                List.of(
                    PYTHON.toString(),
                    SCRIPT,
                    list.toString(),
                    Integer.toString(perSecond),
                    ground.sites().authorities().toString()));
    Printed parsed = Printed.parse(printed);
    return WatchPeer.load(ground, parsed.probed(), parsed.seconds(), parsed.cpuSeconds());
  }

  /**
   * The output of the script.
   *
   * @param seconds how long the load took
   * @param cpuSeconds the CPU that it took, without the start of Python
   */
  record Printed(List<WatchProbed> probed, double seconds, double cpuSeconds) {
    /** Parses lines of a URL, seconds and a status, and a last one of {@code total}. */
    static Printed parse(String printed) throws IOException {
      var probed = new ArrayList<WatchProbed>();
      for (String line : printed.lines().toList()) {
        String[] words = line.split(" ", -1);
        if (words.length != 3) {
          throw new IOException("not a line of " + SCRIPT + ": " + line);
        }
        if (words[0].equals("total")) {
          return new Printed(probed, Double.parseDouble(words[1]), Double.parseDouble(words[2]));
        }
        long number = Long.parseLong(words[0].substring(words[0].lastIndexOf('/') + 1));
        probed.add(
            new WatchProbed(number, 1e3 * Double.parseDouble(words[1]), words[2].equals("200")));
      }
      throw new IOException(SCRIPT + " ended early");
    }
  }
}
