package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import dev.holdfast.counters.Network.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * The connections to one other actor, and the requests that wait for one of them.
 *
 * <p>If a request gets no answer in time, its connection is closed. If nothing else was heard of
 * the actor meanwhile, all its connections are given up: those without a request are closed, the
 * others when their request has ended. A connection that saw a cut network may stay silent long
 * after the network has healed. An actor that answers others is slow: new connections would make it
 * slower.
 *
 * <p>Threading: for the thread of {@link PeerLoop}.
 */
final class PeerLink {
  /** Connections at once at most, and as many again that are given up. */
  static final int CONNECTIONS_MAX = 8;

  /**
   * Requests that wait for a connection, at most. A further one is not sent. An actor asks another
   * one not more questions at once: a further one would make the other one pass for silent.
   */
  static final int WAITING_MAX = 4_096;

  /** The bytes of all that wait, at most, if more than one does: as an actor asks at once. */
  private static final int WAITING_BYTES_MAX = 16 * 1024 * 1024 + HttpNetwork.MESSAGE_BYTES_MAX;

  private final Address address;
  private final PeerLoop loop;
  private final Set<PeerConnection> connections = new LinkedHashSet<>();
  private final Deque<PeerConnection> idle = new ArrayDeque<>(); // used last comes first
  private final Queue<Post> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean isLookingUp;
  private List<InetAddress> hosts = List.of(); // of the host's name, as it was looked up last

  /** Those of them that no connection could be opened to since all were tried last. */
  private final Set<InetAddress> failed = new HashSet<>();

  /** Those where nobody listens, since then, or since a reply has come. */
  private final Set<InetAddress> refusing = new HashSet<>();

  private boolean hasHeard;
  private long heardNanos; // if it has

  PeerLink(Address address, PeerLoop loop) {
    this.address = address;
    this.loop = loop;
  }

  /** Sends a request, or lets it wait. */
  void send(Post post) {
    if (!idle.isEmpty()) {
      idle.removeFirst().send(post);
    } else if (waiting.size() >= WAITING_MAX
        || (!waiting.isEmpty() && waitingBytes + post.length() > WAITING_BYTES_MAX)) {
      post.end(new Outcome.Silent());
    } else {
      waiting.add(post);
      waitingBytes += post.length();
      connect();
    }
  }

  /** Opens connections for those who wait, as far as there may be more. */
  private void connect() {
    while (!waiting.isEmpty() && mayOpen()) {
      if (!OwnAddresses.isLiteral(address.host())) {
        lookUp();
        return;
      }
      try {
        hosts = List.of(InetAddress.getByName(address.host())); // a literal: nobody is asked
        open(nextHost());
      } catch (UnknownHostException e) { // of an interface that is not here
        takeFirst().end(new Outcome.Silent());
      }
    }
  }

  private boolean mayOpen() {
    long inUse = connections.stream().filter(connection -> !connection.isRetired()).count();
    return inUse < CONNECTIONS_MAX && connections.size() < 2 * CONNECTIONS_MAX && !isLookingUp;
  }

  private void lookUp() {
    isLookingUp = true;
    loop.lookUp(
        address.host(),
        found -> {
          isLookingUp = false;
          hosts = List.copyOf(found);
          if (found.isEmpty()) {
            endWaiting(new Outcome.Silent());
          }
          while (!waiting.isEmpty() && mayOpen()) {
            open(nextHost());
          }
        });
  }

  /** Returns the IP address for the next connection: one that has not failed, if there is one. */
  private InetAddress nextHost() {
    failed.retainAll(hosts);
    if (failed.containsAll(hosts)) {
      failed.clear();
      refusing.clear();
    }
    return hosts.stream().filter(host -> !failed.contains(host)).findFirst().orElseThrow();
  }

  /**
   * Hears that a connection could not be opened.
   *
   * @return true if nobody listens at any IP address of the actor
   */
  boolean notOpened(InetAddress host, boolean isRefused) {
    failed.add(host);
    if (isRefused) {
      refusing.add(host);
    }
    return isRefused && refusing.containsAll(hosts);
  }

  private void open(InetAddress host) {
    PeerConnection.open(
        this,
        loop.selector(),
        loop.received(),
        loop.bound(),
        new InetSocketAddress(host, address.port()),
        takeFirst());
  }

  private Post takeFirst() {
    Post first = waiting.remove();
    waitingBytes -= first.length();
    return first;
  }

  void opened(PeerConnection connection) {
    connections.add(connection);
  }

  /** Hears that a connection has no request any more and may have another one. */
  void idle(PeerConnection connection) {
    if (waiting.isEmpty()) {
      idle.addFirst(connection);
    } else {
      connection.send(takeFirst());
    }
  }

  /** Hears that a reply has come. */
  void heard(long nowNanos) {
    refusing.clear();
    hasHeard = true;
    heardNanos = nowNanos;
  }

  boolean hasHeardSince(long sinceNanos) {
    return hasHeard && heardNanos - sinceNanos > 0;
  }

  void closed(PeerConnection connection) {
    idle.remove(connection);
    connections.remove(connection);
  }

  /** Hears that nobody listens there: those who wait would not find anybody either. */
  void refused() {
    endWaiting(new Outcome.Refused());
  }

  private void endWaiting(Outcome outcome) {
    var left = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    left.forEach(post -> post.end(outcome));
  }

  /** Ends those whose time is up. */
  void expire(long now) {
    boolean isSilent = false;
    for (PeerConnection connection : List.copyOf(connections)) {
      isSilent |= connection.expire(now);
    }
    if (isSilent) {
      List.copyOf(connections).forEach(PeerConnection::retire);
    }
    var late = new ArrayList<Post>();
    waiting.removeIf(post -> post.isLate(now) && late.add(post));
    late.forEach(
        post -> {
          waitingBytes -= post.length();
          post.end(new Outcome.Silent());
        });
    connect();
  }

  /** Returns true if a request is under way or waits. */
  boolean isBusy() {
    return !waiting.isEmpty() || connections.size() > idle.size();
  }

  /** Returns true if there is nothing to be kept. */
  boolean isUnused() {
    return connections.isEmpty() && waiting.isEmpty() && !isLookingUp;
  }

  /** Ends all. */
  void end() {
    endWaiting(new Outcome.Silent());
    List.copyOf(connections).forEach(PeerConnection::end);
  }
}
