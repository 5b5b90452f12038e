package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.Agent;
import dev.holdfast.watcher.agent.AgentCounts;
import dev.holdfast.watcher.agent.Canaries;
import dev.holdfast.watcher.agent.Lags;
import dev.holdfast.watcher.probe.Cryptography;
import dev.holdfast.watcher.store.ResultWriter;
import dev.holdfast.watcher.store.WriterCounts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Says how a watcher is, for {@code /status}.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class WatchReport {
  private static final long LAG_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final double MICROS_PER_MS = 1_000;

  private final WatchConfig config;
  private final Agent agent;
  private final Lags lags;
  private final Results results;
  private final Keeper keeper;
  private final Checking checking;

  WatchReport(
      WatchConfig config,
      Agent agent,
      Lags lags,
      Results results,
      Keeper keeper,
      Checking checking) {
    this.config = config;
    this.agent = agent;
    this.lags = lags;
    this.results = results;
    this.keeper = keeper;
    this.checking = checking;
  }

  /** Returns the part of {@code /status}. */
  Map<String, Object> status() {
    AgentCounts counts = agent.counts();
    var status = new LinkedHashMap<String, Object>();
    status.put("location", config.location());
    status.put("revision", keeper.list().map(WatchedList::revision).orElse(0L));
    status.put("endpoints", counts.endpoints());
    status.put("addresses", keeper.list().map(WatchedList::addresses).orElse(0));
    status.put("results", outcomes(counts));
    status.put("missed", missed(counts));
    status.put("tainted", counts.tainted());
    status.put("overdue", counts.overdue());
    status.put("inFlight", counts.inFlight());
    status.put("lateMs", quantiles(results.late().micros(0.5), results.late().micros(0.99)));
    status.put("lagMsLastMinute", lagMs());
    status.put("canary", canary(agent.canaries(false)));
    status.put("tlsCanary", canary(agent.canaries(true)));
    status.put("resolver", checking.isResolverFailing() ? "most names fail" : "ready");
    status.put("cryptography", Cryptography.inUse());
    status.put("database", database());
    return status;
  }

  private static Map<String, Object> outcomes(AgentCounts counts) {
    var shown = new LinkedHashMap<String, Object>();
    for (Outcome outcome : Outcome.values()) {
      shown.put(outcome.name().toLowerCase(Locale.ROOT), counts.outcomes(outcome));
    }
    return shown;
  }

  private static Map<String, Object> missed(AgentCounts counts) {
    var shown = new LinkedHashMap<String, Object>();
    for (Reason reason : WatchMeters.MISSED) {
      shown.put(reason.words(), counts.missed(reason));
    }
    return shown;
  }

  private double lagMs() {
    long now = System.nanoTime();
    long since = now - LAG_NANOS;
    long micros = Math.max(lags.worstMicros(since, now), checking.probe().worstLagMicros(since));
    return micros / MICROS_PER_MS;
  }

  private static Map<String, Object> canary(Canaries canaries) {
    Map<String, Object> shown = quantiles(canaries.micros(0.5), canaries.micros(0.99));
    shown.put("failed", canaries.failed());
    return shown;
  }

  private static Map<String, Object> quantiles(OptionalLong median, OptionalLong p99) {
    var shown = new LinkedHashMap<String, Object>();
    median.ifPresent(micros -> shown.put("median", micros / MICROS_PER_MS));
    p99.ifPresent(micros -> shown.put("p99", micros / MICROS_PER_MS));
    return shown;
  }

  private Map<String, Object> database() {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("state", keeper.state());
    shown.put("upkeep", keeper.lastUpkeep());
    shown.put("waiting", results.writer().map(ResultWriter::waiting).orElse(0));
    results.writer().map(ResultWriter::counts).ifPresent(counts -> rows(counts, shown));
    return shown;
  }

  private static void rows(WriterCounts counts, Map<String, Object> shown) {
    shown.put("taken", counts.taken());
    shown.put("written", counts.written());
    shown.put("known", counts.known());
    shown.put("dropped", counts.dropped());
    shown.put("old", counts.old());
    shown.put("early", counts.early());
    shown.put("strange", counts.strange());
    shown.put("refused", counts.refused());
    shown.put("spooled", counts.spooled());
    shown.put("replayed", counts.replayed());
    shown.put("failures", counts.failures());
  }
}
