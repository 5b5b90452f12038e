package dev.holdfast.watcher.dns;

import dev.holdfast.bounds.Bounds;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * How names are resolved.
 *
 * @param servers the servers, 1 to {@value #SERVERS_MAX}, in the order in which they are asked
 * @param hostsFile names that need no server, in the form of hosts(5)
 * @param attemptMs how long one server is waited for before the next one is asked, in ms, 10 to
 *     10,000. In the second round it is twice as long
 * @param inFlightMax how many questions are with servers at once, 1 to 10,000. A further one waits
 *     for its turn
 * @param questionsMax how many questions may be in progress or wait for their turn, 1 to 100,000. A
 *     further one fails
 * @param entriesMax how many answers the cache keeps, 1 to 1,000,000. The one that was asked for
 *     longest ago leaves first
 * @param ttlMinMs the shortest time that an answer is kept, in ms, 0 to 60,000
 * @param ttlMaxMs the longest time that an answer is kept, in ms, up to a day
 * @param negativeMaxMs the longest time that a name counts as absent, in ms, 0 to 600,000
 * @param failureMs how long a failure is kept, in ms, 0 to 60,000
 * @param staleMaxMs how long an answer may be given after its time is over if no server answers, in
 *     ms, up to a week
 */
public record ResolverOptions(
    List<InetSocketAddress> servers,
    Path hostsFile,
    int attemptMs,
    int inFlightMax,
    int questionsMax,
    int entriesMax,
    int ttlMinMs,
    int ttlMaxMs,
    int negativeMaxMs,
    int failureMs,
    int staleMaxMs) {

  /** The most servers. */
  public static final int SERVERS_MAX = 3;

  private static final int DAY_MS = 86_400_000;
  private static final int WEEK_MS = 7 * DAY_MS;
  private static final int HOUR_MS = 3_600_000;

  public ResolverOptions {
    servers = List.copyOf(servers);
    Bounds.within("servers", servers.size(), 1, SERVERS_MAX);
    Bounds.within("attemptMs", attemptMs, 10, 10_000);
    Bounds.within("inFlightMax", inFlightMax, 1, 10_000);
    Bounds.within("questionsMax", questionsMax, 1, 100_000);
    Bounds.within("entriesMax", entriesMax, 1, 1_000_000);
    Bounds.within("ttlMinMs", ttlMinMs, 0, 60_000);
    Bounds.within("ttlMaxMs", ttlMaxMs, ttlMinMs, DAY_MS);
    Bounds.within("negativeMaxMs", negativeMaxMs, 0, 600_000);
    Bounds.within("failureMs", failureMs, 0, 60_000);
    Bounds.within("staleMaxMs", staleMaxMs, 0, WEEK_MS);
  }

  /** Returns the options for servers, with everything else at its default. */
  public static ResolverOptions of(List<InetSocketAddress> servers) {
    return new ResolverOptions(
        servers,
        Path.of("/etc/hosts"),
        800,
        512,
        20_000,
        50_000,
        1_000,
        HOUR_MS,
        30_000,
        2_000,
        DAY_MS);
  }

  /** Returns these options with other names that need no server. */
  public ResolverOptions withHostsFile(Path file) {
    return new ResolverOptions(
        servers,
        file,
        attemptMs,
        inFlightMax,
        questionsMax,
        entriesMax,
        ttlMinMs,
        ttlMaxMs,
        negativeMaxMs,
        failureMs,
        staleMaxMs);
  }

  /** Returns these options with another bound of questions that are with servers at once. */
  public ResolverOptions withInFlightMax(int most) {
    return new ResolverOptions(
        servers,
        hostsFile,
        attemptMs,
        most,
        questionsMax,
        entriesMax,
        ttlMinMs,
        ttlMaxMs,
        negativeMaxMs,
        failureMs,
        staleMaxMs);
  }

  /** Returns these options with another wait for one server, in ms. */
  public ResolverOptions withAttemptMs(int ms) {
    return new ResolverOptions(
        servers,
        hostsFile,
        ms,
        inFlightMax,
        questionsMax,
        entriesMax,
        ttlMinMs,
        ttlMaxMs,
        negativeMaxMs,
        failureMs,
        staleMaxMs);
  }
}
