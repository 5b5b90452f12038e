package dev.holdfast.watcher.probe;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.dns.Resolver;
import dev.holdfast.watcher.dns.ResolverOptions;
import dev.holdfast.watcher.guard.Guard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A farm, a DNS server that knows its names, and an engine that trusts its authority. */
final class ProbeFixture implements AutoCloseable {
  final Farm farm;
  final DnsFarm dns;
  final Resolver resolver;
  final Probe probe;
  final ManualNanos time = new ManualNanos();

  /** The content of all files of secrets. Who reads one waits for it. */
  final CompletableFuture<String> files = new CompletableFuture<>();

  private final boolean isManual;

  private ProbeFixture(ProbeOptions options, boolean isManual) throws Exception {
    this.isManual = isManual;
    farm = Farm.start("127.0.0.1");
    dns = DnsFarm.start();
    for (Farm.Name name : Farm.Name.values()) {
      dns.with(name.host(), 60, "127.0.0.1");
    }
    LongSupplier nanos = isManual ? time : System::nanoTime;
    resolver =
        new Resolver(
            ResolverOptions.of(List.of(dns.address())).withHostsFile(Path.of("no-such-file")),
            nanos);
    ProbeOptions trusting = options.trusting(List.of(farm.authority().certificate()));
    SecretText.Source secrets =
        reference -> {
          if (reference instanceof SecretText.Reference.Env(String name) && name.equals("TOKEN")) {
            return "t0ken";
          }
          if (reference instanceof SecretText.Reference.OfFile) {
            return files.join();
          }
          throw new SecretText.MissingSecretException("there is no " + reference);
        };
    Guard guard = new Guard(List.of());
    probe =
        isManual
            ? Probe.unturned(trusting, resolver, guard, secrets, nanos, InstantSource.system())
            : Probe.start(trusting, resolver, guard, secrets, nanos, InstantSource.system());
  }

  /** An engine on the real clock. */
  static ProbeFixture start() throws Exception {
    return new ProbeFixture(ProbeOptions.DEFAULT, false);
  }

  static ProbeFixture start(ProbeOptions options) throws Exception {
    return new ProbeFixture(options, false);
  }

  /** An engine whose deadlines follow {@link #time}. */
  static ProbeFixture startManual() throws Exception {
    return new ProbeFixture(ProbeOptions.DEFAULT, true);
  }

  /** Makes one check and waits for its result. */
  Measured check(Endpoint endpoint) throws Exception {
    return result(begin(endpoint));
  }

  Measured check(Ask ask) throws Exception {
    return check(ask.endpoint());
  }

  /** Waits for the result of a check that was begun. */
  static Measured result(CompletableFuture<Measured> begun) throws Exception {
    return begun.get(Patience.STEP_S, TimeUnit.SECONDS);
  }

  CompletableFuture<Measured> begin(Endpoint endpoint) {
    var result = new CompletableFuture<Measured>();
    probe.check(endpoint, result::complete);
    return result;
  }

  /** Waits until the one check in flight waits for something. */
  void awaitStage(Marks.Stage stage) throws Exception {
    Await.until("a check waits for " + stage, () -> probe.visitsAt(stage) == 1);
  }

  /** Moves the clock in steps that are no stall, and lets deadlines pass. */
  void advanceMs(long ms) {
    for (long left = ms; left > 0; left -= 500) {
      time.advanceMs(Math.min(left, 500));
      probe.turn();
    }
  }

  @Override
  public void close() throws IOException {
    files.complete("");
    probe.close();
    resolver.close();
    dns.close();
    farm.close();
    if (probe.inFlight() != 0) {
      throw new AssertionError("checks in flight: " + probe.inFlight());
    }
    if (!isManual && probe.bodyBytes() != 0) {
      throw new AssertionError("bodies keep room: " + probe.bodyBytes());
    }
  }
}
