package dev.holdfast.watcher.dns;

import dev.holdfast.watcher.Reach;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Type;

/**
 * Resolves names to addresses. A name with both kinds of addresses has those of IPv6 first.
 *
 * <p>Threading: any number of threads. Each question is on a virtual thread of its own. {@link
 * ResolverOptions#inFlightMax} of them are with servers at once, and {@link
 * ResolverOptions#questionsMax} are there at all.
 */
public final class Resolver implements AutoCloseable {
  /** How long the addresses of one kind wait for those of the other one, in ms. */
  private static final int OTHER_FAMILY_MS = 250;

  private static final int NAME_LENGTH_MAX = 253;
  private static final Logger log = LoggerFactory.getLogger(Resolver.class);

  private static final Told SILENCE = Told.fresh(new Found.Silence(), 0);

  private static final Told CLOSED =
      Told.fresh(
          new Found.Failed("the resolver is closed", Optional.of(new CancellationException())), 0);

  /** The answer for a family that nobody wants. */
  private static final Told NOTHING = Told.fresh(new Found.Nothing(false, 0), 0);

  private final ResolverOptions options;
  private final LongSupplier nanos;
  private final Rounds rounds;
  private final DnsCache cache;
  private final HostsFile hosts;
  private final FailingNames failingNames;
  private final Semaphore turns;
  private final ConcurrentMap<Question, Asking> inProgress = new ConcurrentHashMap<>();
  private final ExecutorService threads;

  /** The answer to an asker, and how long the question waited for its turn. */
  private record Told(DnsCache.Answer answer, long waitedNanos) {
    static Told fresh(Found found, long waitedNanos) {
      return new Told(new DnsCache.Answer(found, false), waitedNanos);
    }
  }

  /** A question that waits for its turn, or that servers are asked. */
  private static final class Asking {
    final CompletableFuture<Told> told = new CompletableFuture<>();
    final long startNanos;
    volatile OptionalLong turnNanos = OptionalLong.empty();

    /** The result of the last round, or empty before the end of the first one. */
    volatile Optional<Found> soFar = Optional.empty();

    Asking(long startNanos) {
      this.startNanos = startNanos;
    }

    /** Returns how long it waited for its turn, or waits already. */
    long waitedNanos(long nowNanos) {
      return turnNanos.orElse(nowNanos) - startNanos;
    }
  }

  /**
   * A resolver.
   *
   * @param nanos the monotonic clock that the cache follows, in ns
   */
  public Resolver(ResolverOptions options, LongSupplier nanos) {
    this(options, nanos, Thread.ofVirtual().name("watcher-dns-", 0).factory());
  }

  /** A resolver whose questions are on such threads. */
  Resolver(ResolverOptions options, LongSupplier nanos, ThreadFactory threads) {
    this.options = options;
    this.nanos = nanos;
    this.rounds = new Rounds(options.servers(), options.attemptMs());
    this.cache = new DnsCache(options);
    this.hosts = new HostsFile(options.hostsFile(), nanos);
    this.failingNames = new FailingNames(options.entriesMax());
    this.turns = new Semaphore(options.inFlightMax(), true);
    this.threads = Executors.newThreadPerTaskExecutor(threads);
  }

  /**
   * Resolves a name.
   *
   * @param host a name, or an address as such
   * @param family which addresses are wanted
   * @param done takes the resolution: on this thread if it is known, otherwise on one of the
   *     resolver. It must not block
   */
  public void resolve(String host, Reach.Family family, Consumer<Resolution.Timed> done) {
    String name = name(host);
    Optional<InetAddress> literal = Literals.parse(host);
    if (literal.isPresent()) {
      resolve(name, List.of(literal.get()), family, 0, done);
      return;
    }
    long askedNanos = nanos.getAsLong();
    hosts.names(
        names ->
            resolve(
                name,
                names.getOrDefault(name, List.of()),
                family,
                nanos.getAsLong() - askedNanos,
                done));
  }

  /**
   * Returns what is known of a name at the moment, for an asker that cannot wait any longer:
   * addresses, whose time may be over; a failure, once each server has told it or was waited for;
   * or that none answered yet.
   */
  public Resolution.Timed soFar(String host, Reach.Family family) {
    String name = name(host);
    var six = new Question(name, Type.AAAA);
    var four = new Question(name, Type.A);
    boolean isUnheard =
        (family != Reach.Family.IPV4 && isUnheard(six))
            || (family != Reach.Family.IPV6 && isUnheard(four));
    Resolution.Timed known =
        joined(
            family == Reach.Family.IPV4 ? NOTHING : soFar(six),
            family == Reach.Family.IPV6 ? NOTHING : soFar(four));
    return isUnheard && known.resolution() instanceof Resolution.Failure
        ? new Resolution.Timed(new Resolution.Timeout(), known.waitedNanos())
        : known;
  }

  /** Returns true if not all servers were heard, or waited for, even once. */
  private boolean isUnheard(Question question) {
    Asking asking = inProgress.get(question);
    return asking != null && asking.soFar.isEmpty();
  }

  private Told soFar(Question question) {
    long nowNanos = nanos.getAsLong();
    Optional<Asking> asking = Optional.ofNullable(inProgress.get(question));
    long waitedNanos = asking.map(it -> it.waitedNanos(nowNanos)).orElse(0L);
    return cache
        .lastResort(question, nowNanos)
        .map(kept -> new Told(kept, waitedNanos))
        .orElseGet(
            () ->
                Told.fresh(
                    asking.flatMap(it -> it.soFar).orElseGet(Found.Silence::new), waitedNanos));
  }

  /**
   * Resolves a name whose addresses in the file of hosts are known.
   *
   * @param waitedNanos how long the file was waited for, in ns
   */
  private void resolve(
      String name,
      List<InetAddress> ofHosts,
      Reach.Family family,
      long waitedNanos,
      Consumer<Resolution.Timed> done) {
    Optional<Resolution> known = withoutServers(name, ofHosts, family);
    if (known.isPresent()) {
      done.accept(new Resolution.Timed(known.get(), waitedNanos));
      return;
    }
    CompletableFuture<Told> six =
        family == Reach.Family.IPV4 ? known(NOTHING) : ask(new Question(name, Type.AAAA));
    CompletableFuture<Told> four =
        family == Reach.Family.IPV6 ? known(NOTHING) : ask(new Question(name, Type.A));
    boolean isAny = family == Reach.Family.ANY;
    CompletableFuture<Told> first = isAny ? patient(six, four) : six;
    CompletableFuture<Told> second = isAny ? patient(four, six) : four;
    CompletableFuture<Void> _ =
        first.thenAcceptBoth(
            second, (told6, told4) -> tell(name, joined(told6, told4).after(waitedNanos), done));
  }

  /**
   * Returns true if more than half of all names failed when they were asked for last: then the
   * servers or our line are at fault, and no site is.
   */
  public boolean isFailing() {
    return failingNames.isMost(nanos.getAsLong());
  }

  /**
   * Returns true if questions wait for their turn: then a check that has no address yet may have
   * waited for us alone.
   */
  public boolean isBusy() {
    return turns.hasQueuedThreads();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void tell(String name, Resolution.Timed timed, Consumer<Resolution.Timed> done) {
    switch (timed.resolution()) {
      case Resolution.Addresses addresses -> note(name, addresses.isStale());
      case Resolution.NoSuchName _ -> note(name, false);
      case Resolution.Failure _, Resolution.Timeout _ -> note(name, true);
      case Resolution.Unasked _ -> {} // says nothing of the name and its servers
    }
    try {
      done.accept(timed);
    } catch (RuntimeException e) {
      // The other askers of the same name must be told, too.
      log.error("the taker of a resolution failed", e);
    }
  }

  private void note(String name, boolean isFailure) {
    failingNames.note(name, isFailure, nanos.getAsLong());
  }

  private static Optional<Resolution> withoutServers(
      String name, List<InetAddress> addresses, Reach.Family family) {
    if (!addresses.isEmpty()) {
      List<InetAddress> wanted = new ArrayList<>();
      addresses.stream().filter(a -> isSix(a) && family != Reach.Family.IPV4).forEach(wanted::add);
      addresses.stream().filter(a -> !isSix(a) && family != Reach.Family.IPV6).forEach(wanted::add);
      return Optional.of(
          wanted.isEmpty()
              ? new Resolution.NoSuchName("no address of the family")
              : new Resolution.Addresses(wanted, false));
    }
    return name.isEmpty() || name.length() > NAME_LENGTH_MAX
        ? Optional.of(new Resolution.NoSuchName("no name"))
        : Optional.empty();
  }

  private static boolean isSix(InetAddress address) {
    return address.getAddress().length > 4;
  }

  private static String name(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /**
   * Returns a future that waits for {@code own}, but not long once {@code other} has addresses:
   * some servers never answer questions for IPv6.
   */
  private static CompletableFuture<Told> patient(
      CompletableFuture<Told> own, CompletableFuture<Told> other) {
    CompletableFuture<Told> first = own.copy();
    CompletableFuture<Void> _ =
        other.thenAccept(
            told -> {
              if (told.answer().found() instanceof Found.Records && !first.isDone()) {
                first.completeOnTimeout(
                    Told.fresh(new Found.Silence(), 0), OTHER_FAMILY_MS, TimeUnit.MILLISECONDS);
              }
            });
    return first;
  }

  private static CompletableFuture<Told> known(Told told) {
    return CompletableFuture.completedFuture(told);
  }

  /** Returns what a question comes to. The future never fails. */
  private CompletableFuture<Told> ask(Question question) {
    Optional<DnsCache.Answer> known = cache.answer(question, nanos.getAsLong());
    if (known.isPresent()) {
      return known(new Told(known.get(), 0));
    }
    if (inProgress.size() >= options.questionsMax()) {
      return known(Told.fresh(new Found.Unasked(), 0));
    }
    var mine = new Asking(nanos.getAsLong());
    Asking theirs = inProgress.putIfAbsent(question, mine);
    if (theirs != null) {
      return theirs.told;
    }
    try {
      threads.execute(() -> askServers(question, mine));
    } catch (RejectedExecutionException closed) {
      end(question, mine, CLOSED);
    } catch (RuntimeException | Error noThread) {
      end(question, mine, SILENCE);
    }
    return mine.told;
  }

  private void askServers(Question question, Asking asking) {
    Told told = SILENCE;
    try {
      Found found = inTurn(question, asking);
      long nowNanos = nanos.getAsLong();
      told = new Told(cache.keep(question, found, nowNanos), asking.waitedNanos(nowNanos));
    } finally {
      end(question, asking, told);
    }
  }

  private Found inTurn(Question question, Asking asking) {
    try {
      turns.acquire();
      try {
        long turnNanos = nanos.getAsLong();
        asking.turnNanos = OptionalLong.of(turnNanos);
        boolean hasStale = cache.hasStale(question, turnNanos);
        return rounds.ask(
            question, hasStale ? 1 : Rounds.ROUNDS_MAX, soFar -> asking.soFar = soFar);
      } finally {
        turns.release();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      return new Found.Failed("the resolver is closed", Optional.of(closed));
    } catch (RuntimeException | Error e) {
      return new Found.Failed(e.toString(), Optional.of(e));
    }
  }

  /**
   * Ends a question. It takes no memory: a question without an end would be in progress for ever,
   * and nobody would ask for its name again.
   */
  private void end(Question question, Asking asking, Told told) {
    inProgress.remove(question, asking);
    asking.told.complete(told);
  }

  private static Resolution.Timed joined(Told six, Told four) {
    return new Resolution.Timed(
        joined(six.answer(), four.answer()), Math.max(six.waitedNanos(), four.waitedNanos()));
  }

  private static Resolution joined(DnsCache.Answer six, DnsCache.Answer four) {
    List<InetAddress> addresses = new ArrayList<>();
    boolean isStale = false;
    for (DnsCache.Answer answer : List.of(six, four)) {
      if (answer.found() instanceof Found.Records records) {
        addresses.addAll(records.addresses());
        isStale |= answer.isStale();
      }
    }
    if (!addresses.isEmpty()) {
      return new Resolution.Addresses(addresses, isStale);
    }
    return isWorse(six.found(), four.found()) ? none(six.found()) : none(four.found());
  }

  /** A failure says more than an absence: the other kind may have had an address. */
  private static boolean isWorse(Found one, Found other) {
    return rank(one) > rank(other);
  }

  private static int rank(Found found) {
    return switch (found) {
      case Found.Records _ -> 0;
      case Found.Nothing nothing -> nothing.isNameAbsent() ? 2 : 1;
      case Found.Silence _ -> 3;
      case Found.Failed failed -> failed.isTold() ? 5 : 4;
      case Found.Unasked _ -> 6;
    };
  }

  private static Resolution none(Found found) {
    return switch (found) {
      case Found.Records records -> new Resolution.Addresses(records.addresses(), false);
      case Found.Nothing nothing ->
          new Resolution.NoSuchName(nothing.isNameAbsent() ? "no such name" : "no address");
      case Found.Silence _ -> new Resolution.Timeout();
      case Found.Unasked _ -> new Resolution.Unasked();
      case Found.Failed failed -> new Resolution.Failure(failed.detail(), failed.cause());
    };
  }
}
