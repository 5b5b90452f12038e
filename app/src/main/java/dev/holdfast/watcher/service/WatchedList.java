package dev.holdfast.watcher.service;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.store.StoredEndpoints;
import java.sql.SQLException;

/**
 * Keeps the agent's endpoints equal to those in the database that its location checks.
 *
 * <p>Threading: for one thread; any thread may read.
 */
final class WatchedList {
  private final StoredEndpoints stored;
  private final EachAddress.Watching agent;
  private final EachAddress each;
  private final String location;
  private volatile long revision;
  private volatile int addresses;

  WatchedList(
      StoredEndpoints stored, EachAddress.Watching agent, EachAddress each, String location) {
    this.stored = stored;
    this.agent = agent;
    this.each = each;
    this.location = location;
  }

  /**
   * Takes what has changed in the database, and the addresses that came and went.
   *
   * @throws SQLException if the database fails. The next call takes it then
   */
  void refresh() throws SQLException {
    StoredEndpoints.Changes changes = stored.since(revision);
    for (EndpointId id : changes.removed()) {
      remove(id);
    }
    for (Endpoint endpoint : changes.present()) {
      take(endpoint);
    }
    revision = changes.revision();
    each.turn();
    addresses = each.size();
  }

  private void take(Endpoint endpoint) throws SQLException {
    if (!endpoint.isCheckedFrom(location)) {
      remove(endpoint.id());
    } else if (endpoint.reach().resolve() instanceof Reach.Resolve.Each) {
      agent.remove(endpoint.id());
      each.put(endpoint);
    } else {
      each.remove(endpoint.id());
      agent.put(endpoint);
    }
  }

  private void remove(EndpointId id) {
    each.remove(id);
    agent.remove(id);
  }

  /** Returns the revision of the list that the agent has. */
  long revision() {
    return revision;
  }

  /** Returns how many addresses have an endpoint of their own. */
  int addresses() {
    return addresses;
  }
}
