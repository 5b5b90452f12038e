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
   * Takes the addresses that came and went, and what has changed in the database. Addresses go
   * first: they need no database, unless there are new ones.
   *
   * @throws SQLException if the database fails. The next call takes it then
   */
  void refresh() throws SQLException {
    try {
      each.turn();
    } finally {
      addresses = each.size();
    }
    StoredEndpoints.Changes changes = stored.since(revision);
    for (EndpointId id : changes.removed()) {
      each.remove(id);
      agent.remove(id);
    }
    for (Endpoint endpoint : changes.present()) {
      take(endpoint);
    }
    revision = changes.revision();
    each.turn(); // asks for the names of those that are new
  }

  private void take(Endpoint endpoint) throws SQLException {
    if (!endpoint.isCheckedFrom(location)) {
      each.retire(endpoint.id());
      agent.retire(endpoint.id());
    } else if (endpoint.reach().resolve() instanceof Reach.Resolve.Each) {
      each.put(endpoint);
    } else {
      each.retire(endpoint.id());
      agent.put(endpoint);
    }
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
