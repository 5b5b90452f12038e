package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The farm, which runs as a process of its own, as its user sees it. */
final class WatchSites implements AutoCloseable {
  static final String FACTS = "facts";
  static final String TRUTH = "truth";
  static final String AUTHORITIES = "ca.pem";

  private static final int ADDRESSES = 8;
  private static final long START_TIMEOUT_MS = 60_000;

  private final Children children;
  private final Process process;
  private final Path directory;
  private final Map<String, List<String>> roots;

  private WatchSites(
      Children children, Process process, Path directory, Map<String, List<String>> roots) {
    this.children = children;
    this.process = process;
    this.directory = directory;
    this.roots = Map.copyOf(roots);
  }

  /** Starts the farm on the cores of the load. */
  static WatchSites start(WatchPlan plan, Path directory) throws IOException, InterruptedException {
    Path output = directory.resolve("farm.log");
    List<String> command =
        JavaCommand.of(
            List.of("-Xmx1g", "-Xmn256m", "-XX:+UseSerialGC"),
            WatchFarm.class,
            Integer.toString(ADDRESSES),
            directory.toString());
    Process process =
        plan.children().start(plan.cores().load(), directory, Map.of(), output, command);
    Path facts = directory.resolve(FACTS);
    Children.await(process, output, () -> Files.exists(facts), START_TIMEOUT_MS);
    return new WatchSites(plan.children(), process, directory, roots(Files.readAllLines(facts)));
  }

  private static Map<String, List<String>> roots(List<String> facts) {
    var roots = new HashMap<String, List<String>>();
    for (String line : facts) {
      String[] parts = line.split("=", 2);
      roots.put(parts[0], List.of(parts[1].split(",", -1)));
    }
    return roots;
  }

  /** Returns the URL of a site by http, as the request with a number asks for it. */
  String url(String site, long number) {
    return url(WatchFarm.PLAIN, site, number);
  }

  /** Returns the same by https. */
  String tlsUrl(String site, long number) {
    return url(WatchFarm.TLS, site, number);
  }

  private String url(String scheme, String site, long number) {
    List<String> all = roots.get(scheme);
    return all.get((int) (number % all.size())) + site + "/" + number;
  }

  Process process() {
    return process;
  }

  /** Returns the file with the certificates of the sites' authorities. */
  Path authorities() {
    return directory.resolve(AUTHORITIES);
  }

  /** Returns the log of the requests. It lags by a tenth of a second. */
  WatchTruth truth() {
    return new WatchTruth(directory.resolve(TRUTH));
  }

  @Override
  public void close() {
    children.stop(process);
  }
}
