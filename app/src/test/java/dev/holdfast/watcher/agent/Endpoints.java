package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Timing;
import java.net.URI;
import java.util.Set;

/** Endpoints of tests. Nobody opens their URLs. */
final class Endpoints {
  private Endpoints() {}

  static Endpoint of(String id, int intervalMs) {
    return of(id, intervalMs, 2_000);
  }

  static Endpoint of(String id, int intervalMs, int timeoutMs) {
    return of(id, URI.create("http://site.example/" + id), new Timing(intervalMs, timeoutMs));
  }

  /** Returns an endpoint with a URL of its own, every 5 s. */
  static Endpoint at(String url, String id) {
    return of(id, URI.create(url), new Timing(5_000, 2_000));
  }

  private static Endpoint of(String id, URI url, Timing timing) {
    return new Endpoint(
        new EndpointId(id),
        "",
        timing,
        CheckRequest.get(url),
        Expectation.DEFAULT,
        Reach.DEFAULT,
        Set.of());
  }
}
