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
    return new Endpoint(
        new EndpointId(id),
        "",
        new Timing(intervalMs, timeoutMs),
        CheckRequest.get(URI.create("http://site.example/" + id)),
        Expectation.DEFAULT,
        Reach.DEFAULT,
        Set.of());
  }
}
