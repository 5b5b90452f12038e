package dev.holdfast.watcher.config;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.CheckRequest.Header;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of an endpoint while they are read: those of the file's defaults, then of its group,
 * then its own, each over the ones before.
 *
 * <p>Threading: for one thread.
 */
final class Draft {
  int intervalMs = Timing.DEFAULT.intervalMs();
  int timeoutMs = Timing.DEFAULT.timeoutMs();
  String method = "GET";
  Optional<SecretText> body = Optional.empty();
  Credentials credentials = new Credentials.None();

  StatusSet statuses = Expectation.DEFAULT.statuses();
  List<Sought> must = List.of();
  List<Sought> mustNot = List.of();
  List<String> texts = List.of();
  Engine engine = Engine.RE2;
  int certificateDaysMin = Expectation.DEFAULT.certificateDaysMin();
  int bodyBytesMax = Expectation.DEFAULT.bodyBytesMax();

  Reach.Resolve resolve = Reach.DEFAULT.resolve();
  Reach.Family family = Reach.DEFAULT.family();
  boolean isFollowing = Reach.DEFAULT.isFollowing();
  boolean isVerifying = Reach.DEFAULT.isVerifying();
  boolean isTlsRequired = Reach.DEFAULT.isTlsRequired();
  boolean isReusing = Reach.DEFAULT.isReusing();
  List<String> allowedNets = Reach.DEFAULT.allowedNets();
  Set<String> locations = Set.of();

  /** The headers by their names in lower case, in their order. */
  private final Map<String, Header> headers = new LinkedHashMap<>();

  /**
   * A pattern as it is written.
   *
   * @param text the pattern
   * @param engine who searches it, or empty if the endpoint's engine does
   * @param line its line in the file
   */
  record Sought(String text, Optional<Engine> engine, int line) {
    /** Returns the pattern of an endpoint with an engine of its own. */
    PagePattern under(Engine endpoints) {
      return new PagePattern(text, engine.orElse(endpoints));
    }
  }

  /** Returns a draft that begins with these settings. */
  Draft copy() {
    Draft copy = new Draft();
    copy.intervalMs = intervalMs;
    copy.timeoutMs = timeoutMs;
    copy.method = method;
    copy.body = body;
    copy.credentials = credentials;
    copy.statuses = statuses;
    copy.must = must;
    copy.mustNot = mustNot;
    copy.texts = texts;
    copy.engine = engine;
    copy.certificateDaysMin = certificateDaysMin;
    copy.bodyBytesMax = bodyBytesMax;
    copy.resolve = resolve;
    copy.family = family;
    copy.isFollowing = isFollowing;
    copy.isVerifying = isVerifying;
    copy.isTlsRequired = isTlsRequired;
    copy.isReusing = isReusing;
    copy.allowedNets = allowedNets;
    copy.locations = locations;
    copy.headers.putAll(headers);
    return copy;
  }

  /** Sets a header, in place of one with the same name. */
  void put(Header header) {
    headers.put(header.name().toLowerCase(Locale.ROOT), header);
  }

  /** Returns true if there is a header, by its name in lower case. */
  boolean hasHeader(String name) {
    return headers.containsKey(name);
  }

  /** Returns how many headers there are. */
  int headerCount() {
    return headers.size();
  }

  /** Returns true if something is searched in the body. */
  boolean searchesBody() {
    return !must.isEmpty() || !mustNot.isEmpty() || !texts.isEmpty();
  }

  /** Returns all patterns, those that must be found first. */
  List<Sought> patterns() {
    List<Sought> all = new ArrayList<>(must);
    all.addAll(mustNot);
    return all;
  }

  Expectation expectation() {
    return new Expectation(
        statuses,
        must.stream().map(sought -> sought.under(engine)).toList(),
        mustNot.stream().map(sought -> sought.under(engine)).toList(),
        texts,
        certificateDaysMin,
        bodyBytesMax);
  }

  Endpoint endpoint(EndpointId id, String group, URI url) {
    return new Endpoint(
        id,
        group,
        new Timing(intervalMs, timeoutMs),
        new CheckRequest(url, method, List.copyOf(headers.values()), body, credentials),
        expectation(),
        new Reach(resolve, family, isFollowing, isVerifying, isTlsRequired, isReusing, allowedNets),
        locations);
  }
}
