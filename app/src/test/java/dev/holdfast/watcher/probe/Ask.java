package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes endpoints for tests, which may reach loopback addresses. */
final class Ask {
  /** Nets in which the farm is. */
  static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

  private URI url;
  private int timeoutMs = 60_000;
  private String method = "GET";
  private final List<CheckRequest.Header> headers = new ArrayList<>();
  private Optional<SecretText> body = Optional.empty();
  private CheckRequest.Credentials credentials = new CheckRequest.Credentials.None();
  private StatusSet statuses = StatusSet.SUCCESS;
  private List<PagePattern> must = List.of();
  private List<PagePattern> mustNot = List.of();
  private List<String> texts = List.of();
  private int days = 14;
  private int bodyBytesMax = 1 << 20;
  private Reach.Resolve resolve = new Reach.Resolve.Any();
  private Reach.Family family = Reach.Family.ANY;
  private boolean isFollowing = true;
  private boolean isVerifying = true;
  private boolean isTlsRequired;
  private boolean isReusing;
  private List<String> nets = LOOPBACK;

  private Ask(URI url) {
    this.url = url;
  }

  static Ask of(URI url) {
    return new Ask(url);
  }

  Ask timeoutMs(int ms) {
    timeoutMs = ms;
    return this;
  }

  Ask method(String name) {
    method = name;
    return this;
  }

  Ask header(String name, String value) {
    headers.add(new CheckRequest.Header(name, new SecretText(value)));
    return this;
  }

  Ask body(String text) {
    body = Optional.of(new SecretText(text));
    return this;
  }

  Ask basic(String user, String password) {
    credentials =
        new CheckRequest.Credentials.Basic(new SecretText(user), new SecretText(password));
    return this;
  }

  Ask statuses(String set) {
    statuses = StatusSet.parse(set);
    return this;
  }

  Ask must(String... patterns) {
    must = patterns(patterns);
    return this;
  }

  Ask mustNot(String... patterns) {
    mustNot = patterns(patterns);
    return this;
  }

  Ask text(String... wanted) {
    texts = List.of(wanted);
    return this;
  }

  Ask days(int least) {
    days = least;
    return this;
  }

  Ask bodyBytesMax(int bytes) {
    bodyBytesMax = bytes;
    return this;
  }

  Ask at(InetAddress address) {
    resolve = new Reach.Resolve.Fixed(address);
    return this;
  }

  Ask family(Reach.Family wanted) {
    family = wanted;
    return this;
  }

  Ask notFollowing() {
    isFollowing = false;
    return this;
  }

  Ask notVerifying() {
    isVerifying = false;
    return this;
  }

  Ask requiringTls() {
    isTlsRequired = true;
    return this;
  }

  Ask reusing() {
    isReusing = true;
    return this;
  }

  Ask nets(String... allowed) {
    nets = List.of(allowed);
    return this;
  }

  Endpoint endpoint() {
    return new Endpoint(
        new EndpointId("test"),
        "",
        new Timing(60_000, timeoutMs),
        new CheckRequest(url, method, headers, body, credentials),
        new Expectation(statuses, must, mustNot, texts, days, bodyBytesMax),
        new Reach(resolve, family, isFollowing, isVerifying, isTlsRequired, isReusing, nets),
        Set.of());
  }

  private static List<PagePattern> patterns(String... texts) {
    return List.of(texts).stream()
        .map(text -> new PagePattern(text, Expectation.Engine.RE2))
        .toList();
  }
}
