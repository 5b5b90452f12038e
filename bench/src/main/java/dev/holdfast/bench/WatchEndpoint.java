package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An endpoint of the farm.
 *
 * @param number its number, 1 or more; its id is {@code w} and the number
 * @param intervalMs from one check to the next
 */
record WatchEndpoint(long number, String url, int intervalMs, int timeoutMs) {
  /** The interval of most: the shortest one. */
  static final int INTERVAL_MS = 5_000;

  static final int TIMEOUT_MS = 2_000;

  /** Returns endpoints of a site by http. */
  static List<WatchEndpoint> plain(WatchSites sites, String site, long first, int count) {
    var endpoints = new ArrayList<WatchEndpoint>();
    for (long number = first; number < first + count; number++) {
      endpoints.add(new WatchEndpoint(number, sites.url(site, number), INTERVAL_MS, TIMEOUT_MS));
    }
    return endpoints;
  }

  /** Returns endpoints of a site by https. */
  static List<WatchEndpoint> tls(WatchSites sites, String site, long first, int count) {
    var endpoints = new ArrayList<WatchEndpoint>();
    for (long number = first; number < first + count; number++) {
      endpoints.add(new WatchEndpoint(number, sites.tlsUrl(site, number), INTERVAL_MS, TIMEOUT_MS));
    }
    return endpoints;
  }

  WatchEndpoint withTimeout(int ms) {
    return new WatchEndpoint(number, url, intervalMs, ms);
  }

  /** Returns the list of some endpoints, as {@code holdfast watch apply} reads it. */
  static String list(List<WatchEndpoint> endpoints) {
    return endpoints.stream()
        .map(
            each ->
                "- {id: w%d, url: '%s', interval: %dms, timeout: %dms}%n"
                    .formatted(each.number, each.url, each.intervalMs, each.timeoutMs))
        .collect(Collectors.joining("", "endpoints:\n", ""));
  }
}
