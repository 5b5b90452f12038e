package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.agent.Agent;
import dev.holdfast.watcher.dns.Resolution;
import java.net.InetAddress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that are checked at each of their addresses. Each address has an endpoint of its
 * own, which comes and goes with it.
 *
 * <p>A name is resolved again every {@value #ASK_S} s. An address that a name does not have for
 * {@value #ABSENT_S} s is checked no more: names of large sites give some of their addresses at a
 * time. While a name has no address, its endpoint is checked as it is, so that its fault is seen.
 *
 * <p>Only an address that is new waits for the database. If a name has no others, and the database
 * has not stored them by the next resolution, its endpoint is checked as it is.
 *
 * <p>Threading: for one thread. Resolutions may end on any thread.
 */
final class EachAddress {
  /** The most addresses of one endpoint. A further one is not checked, and the log says so. */
  static final int ADDRESSES_MAX = 64;

  static final int ASK_S = 10;
  static final int ABSENT_S = 600;

  private static final Logger log = LoggerFactory.getLogger(EachAddress.class);
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(ASK_S);
  private static final long ABSENT_NANOS = TimeUnit.SECONDS.toNanos(ABSENT_S);

  private final Watching agent;
  private final BiConsumer<Endpoint, Consumer<Resolution>> names;
  private final Derived derived;
  private final LongSupplier nanos;
  private final Map<EndpointId, Parent> parents = new HashMap<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

  /** The agent's list of endpoints. */
  interface Watching {
    void put(Endpoint endpoint);

    /** Removes an endpoint. A check of it that runs comes to no result. */
    void remove(EndpointId id);

    /** Checks an endpoint no more. A check of it that runs comes to its result. */
    void retire(EndpointId id);

    /** Returns that of an agent. */
    static Watching of(Agent agent) {
      return new Watching() {
        @Override
        public void put(Endpoint endpoint) {
          agent.put(endpoint);
        }

        @Override
        public void remove(EndpointId id) {
          agent.remove(id);
        }

        @Override
        public void retire(EndpointId id) {
          agent.retire(id);
        }
      };
    }
  }

  /** Stores endpoints that are derived from another one. */
  @FunctionalInterface
  interface Derived {
    /**
     * Stores them, before they have results.
     *
     * @throws SQLException if the database fails
     */
    void store(EndpointId parent, List<Endpoint> endpoints) throws SQLException;
  }

  private record Answer(Parent parent, Resolution resolution) {}

  private static final class Parent {
    private Endpoint endpoint;
    private final Map<InetAddress, Long> seenNanos = new LinkedHashMap<>();
    private final Set<InetAddress> fresh = new LinkedHashSet<>(); // to be stored
    private boolean isCheckedItself;
    private boolean isAsked;
    private boolean isAskedOnce;
    private boolean isOverBound;
    private long askedNanos;

    Parent(Endpoint endpoint) {
      this.endpoint = endpoint;
    }
  }

  /**
   * @param names resolves the name of an endpoint
   */
  EachAddress(
      Watching agent,
      BiConsumer<Endpoint, Consumer<Resolution>> names,
      Derived derived,
      LongSupplier nanos) {
    this.agent = agent;
    this.names = names;
    this.derived = derived;
    this.nanos = nanos;
  }

  /**
   * Adds an endpoint, or changes it. Checks of it that run come to their results.
   *
   * @throws SQLException if the database fails. Call it again then
   */
  void put(Endpoint endpoint) throws SQLException {
    if (!parents.containsKey(endpoint.id())) {
      parents.put(endpoint.id(), new Parent(endpoint));
      agent.retire(endpoint.id()); // it may have been an endpoint without addresses of its own
    }
    Parent parent = parents.get(endpoint.id());
    parent.endpoint = endpoint;
    parent.isAskedOnce = false;
    add(parent, parent.seenNanos.keySet());
    if (parent.isCheckedItself) {
      agent.put(itself(endpoint));
    }
  }

  /**
   * Removes an endpoint with its addresses, if it is there. Checks of the addresses that run come
   * to no result. The caller says what becomes of the endpoint itself: if it stays, a check of it
   * goes on.
   */
  void remove(EndpointId id) {
    end(id, agent::remove);
  }

  /** Does the same, and checks that run come to their results. */
  void retire(EndpointId id) {
    end(id, agent::retire);
  }

  private void end(EndpointId id, Consumer<EndpointId> ending) {
    Parent parent = parents.remove(id);
    if (parent != null) {
      parent.seenNanos.keySet().forEach(address -> ending.accept(idOf(parent, address)));
    }
  }

  /** Returns how many addresses are checked. */
  int size() {
    return parents.values().stream().mapToInt(parent -> parent.seenNanos.size()).sum();
  }

  /** Takes what names came to, and asks for those whose time it is. It needs no database. */
  void turn() {
    for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
      answer.parent.isAsked = false;
      if (parents.get(answer.parent.endpoint.id()) == answer.parent) {
        take(answer.parent, answer.resolution);
      }
    }
    askNames();
  }

  private void askNames() {
    for (Parent parent : parents.values()) {
      boolean isDue = !parent.isAskedOnce || nanos.getAsLong() - parent.askedNanos >= ASK_NANOS;
      if (isDue && !parent.isAsked) {
        parent.isAsked = true;
        parent.isAskedOnce = true;
        parent.askedNanos = nanos.getAsLong();
        names.accept(parent.endpoint, resolution -> answers.add(new Answer(parent, resolution)));
      }
    }
  }

  /**
   * Stores the addresses that are new, and has them checked.
   *
   * @throws SQLException if the database fails. The next call stores them then
   */
  void store() throws SQLException {
    for (Parent parent : parents.values()) {
      List<InetAddress> fitting = fitting(parent);
      add(parent, fitting);
      fitting.forEach(address -> parent.seenNanos.put(address, nanos.getAsLong()));
      parent.fresh.clear();
      if (!fitting.isEmpty()) {
        checkItself(parent, false);
      }
    }
  }

  private void take(Parent parent, Resolution resolution) {
    long now = nanos.getAsLong();
    boolean wasWaiting = !parent.fresh.isEmpty();
    if (resolution instanceof Resolution.Addresses found) {
      parent.fresh.clear();
      for (InetAddress address : found.addresses()) {
        if (parent.seenNanos.replace(address, now) == null) {
          parent.fresh.add(address);
        }
      }
      dropAbsent(parent, now);
    } else if (!found(resolution)) {
      parent.fresh.clear();
      dropAbsent(parent, now);
    }
    boolean isForStore = !parent.fresh.isEmpty() && !wasWaiting; // in a moment, as a rule
    if (!parent.seenNanos.isEmpty() || !isForStore) {
      checkItself(parent, parent.seenNanos.isEmpty());
    }
  }

  /** Returns false if a server said that there is no address. A failure says nothing of them. */
  private static boolean found(Resolution resolution) {
    return switch (resolution) {
      case Resolution.Addresses _,
          Resolution.Failure _,
          Resolution.Timeout _,
          Resolution.Unasked _ ->
          true;
      case Resolution.NoSuchName _ -> false;
    };
  }

  private static List<InetAddress> fitting(Parent parent) {
    int room = ADDRESSES_MAX - parent.seenNanos.size();
    if (parent.fresh.size() > room && !parent.isOverBound) {
      parent.isOverBound = true;
      log.warn(
          "{} has more than {} addresses; the further ones are not checked",
          parent.endpoint.id(),
          ADDRESSES_MAX);
    }
    return parent.fresh.stream().limit(room).toList();
  }

  private void dropAbsent(Parent parent, long now) {
    Iterator<Map.Entry<InetAddress, Long>> each = parent.seenNanos.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<InetAddress, Long> seen = each.next();
      if (now - seen.getValue() >= ABSENT_NANOS) {
        each.remove();
        agent.retire(idOf(parent, seen.getKey()));
      }
    }
  }

  private void checkItself(Parent parent, boolean isWanted) {
    if (isWanted && !parent.isCheckedItself) {
      agent.put(itself(parent.endpoint));
    } else if (!isWanted && parent.isCheckedItself) {
      agent.retire(parent.endpoint.id());
    }
    parent.isCheckedItself = isWanted;
  }

  private void add(Parent parent, Iterable<InetAddress> addresses) throws SQLException {
    List<Endpoint> endpoints = new ArrayList<>();
    for (InetAddress address : addresses) {
      endpoints.add(
          resolving(parent.endpoint, idOf(parent, address), new Reach.Resolve.Fixed(address)));
    }
    if (!endpoints.isEmpty()) {
      derived.store(parent.endpoint.id(), endpoints);
      endpoints.forEach(agent::put);
    }
  }

  private static EndpointId idOf(Parent parent, InetAddress address) {
    return parent.endpoint.id().at(address.getHostAddress());
  }

  private static Endpoint itself(Endpoint endpoint) {
    return resolving(endpoint, endpoint.id(), new Reach.Resolve.Any());
  }

  private static Endpoint resolving(Endpoint endpoint, EndpointId id, Reach.Resolve resolve) {
    Reach reach = endpoint.reach();
    return new Endpoint(
        id,
        endpoint.group(),
        endpoint.timing(),
        endpoint.request(),
        endpoint.expectation(),
        new Reach(
            resolve,
            reach.family(),
            reach.isFollowing(),
            reach.isVerifying(),
            reach.isTlsRequired(),
            reach.isReusing(),
            reach.allowedNets()),
        endpoint.locations());
  }
}
