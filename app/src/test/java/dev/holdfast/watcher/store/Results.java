package dev.holdfast.watcher.store;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Phases;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.Timing;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Endpoints and results of tests. */
final class Results {
  /** Noon of a day that is over: the clock of the database is real. */
  static final long NOON_MS = Instant.parse("2024-11-29T12:00:00Z").toEpochMilli();

  private Results() {}

  static Endpoint endpoint(String id) {
    return endpoint(id, 60_000);
  }

  static Endpoint endpoint(String id, int intervalMs) {
    return new Endpoint(
        new EndpointId(id),
        "shop",
        new Timing(intervalMs, 10_000),
        CheckRequest.get(URI.create("https://site.example/" + id)),
        Expectation.DEFAULT,
        Reach.DEFAULT,
        Set.of());
  }

  static CheckResult up(String id, long dueMs) {
    return result(id, dueMs, Outcome.UP, Reason.NONE, 1_000);
  }

  static CheckResult down(String id, long dueMs) {
    return result(id, dueMs, Outcome.DOWN, Reason.STATUS, 1_000);
  }

  static CheckResult missed(String id, long dueMs) {
    return new CheckResult(
        new EndpointId(id),
        dueMs,
        Kind.SLOT,
        CheckResult.Delay.NONE,
        Outcome.MISSED,
        Reason.OVERLAP,
        "",
        CheckResult.Answer.NONE,
        Set.of());
  }

  static CheckResult result(
      String id, long dueMs, Outcome outcome, Reason reason, long connectMicros) {
    return new CheckResult(
        new EndpointId(id),
        dueMs,
        Kind.SLOT,
        new CheckResult.Delay(250, 40),
        outcome,
        reason,
        "",
        new CheckResult.Answer(
            OptionalInt.of(200),
            Phases.NONE.plus(Phase.DNS, 0).plus(Phase.CONNECT, connectMicros),
            Optional.of("192.0.2.7"),
            Optional.of("HTTP/1.1"),
            512,
            Optional.empty(),
            List.of()),
        Set.of());
  }

  /** A result with something in each column. */
  static CheckResult full(String id, long dueMs, String detail) {
    return new CheckResult(
        new EndpointId(id),
        dueMs,
        Kind.AGAIN_FAILED,
        new CheckResult.Delay(1, 2),
        Outcome.DEGRADED,
        Reason.CERTIFICATE_ENDS_SOON,
        detail,
        new CheckResult.Answer(
            OptionalInt.of(301),
            Phases.NONE
                .plus(Phase.WAIT, 3)
                .plus(Phase.DNS, 4)
                .plus(Phase.CONNECT, 5)
                .plus(Phase.TLS, 6)
                .plus(Phase.FIRST_BYTE, 7)
                .plus(Phase.TRANSFER, 8),
            Optional.of("2001:db8::1"),
            Optional.of("HTTP/2"),
            9,
            Optional.of(Instant.parse("2027-01-02T03:04:05Z")),
            List.of("https://a.example/", "https://b.example/x")),
        Set.of(Flag.TRUNCATED, Flag.FELL_BACK));
  }
}
