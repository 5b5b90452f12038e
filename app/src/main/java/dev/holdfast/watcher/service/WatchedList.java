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
  private final Source source;
  private final EachAddress.Watching agent;
  private final EachAddress each;
  private final String location;
  private volatile long revision;
  private volatile int addresses;

  /** The list in the database. */
  @FunctionalInterface
  interface Source {
    /**
     * Returns the changes since a revision.
     *
     * @throws SQLException if the database fails
     */
    StoredEndpoints.Changes since(long revision) throws SQLException;
  }

  WatchedList(Source source, EachAddress.Watching agent, EachAddress each, String location) {
    this.source = source;
    this.agent = agent;
    this.each = each;
    this.location = location;
  }

  /**
   * Takes the addresses that came and went, and what has changed in the database. The addresses
   * come first, since they need no database.
   *
   * @throws SQLException if the database fails. The next call takes the rest then
   */
  void refresh() throws SQLException {
    turn();
    StoredEndpoints.Changes changes = source.since(revision);
    for (EndpointId id : changes.removed()) {
      each.remove(id);
      agent.remove(id);
    }
    for (Endpoint endpoint : changes.present()) {
      take(endpoint);
    }
    revision = changes.revision();
    turn(); // asks for the names that are new
    each.store();
    addresses = each.size();
  }

  private void turn() {
    each.turn();
    addresses = each.size();
  }

  /** Takes an endpoint. Checks of it that run come to their results. */
  private void take(Endpoint endpoint) throws SQLException {
    EndpointId id = endpoint.id();
    if (!endpoint.isCheckedFrom(location)) {
      each.retire(id);
      agent.retire(id);
    } else if (endpoint.reach().resolve() instanceof Reach.Resolve.Each) {
      each.put(endpoint);
    } else {
      each.retire(id);
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
