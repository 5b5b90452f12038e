package dev.holdfast.watcher.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Reach;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The endpoints in the database.
 *
 * <p>Each change of the list has a revision, one more than the one before. An agent asks for what
 * has changed since the revision that it has.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class StoredEndpoints {
  static final long LOCK = 0x686f_6c64_0002L;

  /** Writers of results share it: while one of them has numbers of endpoints, none is removed. */
  static final long REMOVAL_LOCK = 0x686f_6c64_0004L;

  /** How long a process may reckon in the middle of a change; others of the watcher may less. */
  private static final int RECKONING_MS = 60_000;

  /** How long a change waits for another one, in ms: less than for an answer of the database. */
  private static final int LIST_WAIT_MS = 8_000;

  /** How long a writer waits for removals, in ms. Its batch fails then, and is repeated. */
  private static final int REMOVAL_WAIT_MS = 5_000;

  /** How long a removal waits for the writers at a time, in ms, and how often. */
  private static final int WRITERS_WAIT_MS = 2_000;

  private static final int WRITERS_WAITS = 3;

  /** PostgreSQL, Appendix A. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Database database;
  private final int listWaitMs;
  private final ObjectMapper json = new ObjectMapper();

  public StoredEndpoints(Database database) {
    this(database, LIST_WAIT_MS);
  }

  StoredEndpoints(Database database, int listWaitMs) {
    this.database = database;
    this.listWaitMs = listWaitMs;
  }

  /**
   * The changes of the list since a revision.
   *
   * @param revision the revision that the list has now
   * @param present the endpoints that were added or changed
   * @param removed those that were removed
   */
  public record Changes(long revision, List<Endpoint> present, List<EndpointId> removed) {
    public Changes {
      present = List.copyOf(present);
      removed = List.copyOf(removed);
    }
  }

  /**
   * Makes the list of endpoints equal to another, whole or not at all. Two at once come one after
   * the other. One that waits for too long gives up.
   *
   * @param isDryRun true if nothing shall change
   * @return what changes
   * @throws IllegalArgumentException if two endpoints have one id, or if the database cannot keep
   *     one; nothing has changed
   * @throws SQLException if the database fails, or if somebody holds a lock for too long. Nothing
   *     has changed, unless the answer to the commit was lost: apply the list again then
   */
  public Plan apply(Collection<Endpoint> desired, boolean isDryRun) throws SQLException {
    try (Connection connection = database.connection()) {
      boolean isDone = false;
      try {
        lock(connection);
        Plan plan = Plan.of(present(connection), desired);
        if (isDryRun || plan.isEmpty()) {
          connection.rollback();
        } else {
          write(connection, plan, desired);
          connection.commit();
        }
        isDone = true;
        return plan;
      } finally {
        if (!isDone) {
          Rollback.quietly(connection);
        }
      }
    }
  }

  /**
   * Waits for others that change the list, but not for ever. Thousands of endpoints are a while of
   * reckoning.
   */
  private void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL idle_in_transaction_session_timeout = " + RECKONING_MS);
      if (!isLocked(statement, LOCK, listWaitMs)) {
        String who = LockHolders.of(statement, LOCK);
        throw new SQLException(
            "others have been changing the list for " + listWaitMs + " ms. " + who);
      }
    }
  }

  /**
   * Stores endpoints for single addresses of another one, before they have results. They go with it
   * when it is removed from the list, and when it is not checked at each address any more.
   *
   * @throws SQLException if the database fails, or if its list has no such parent; nothing has
   *     changed
   */
  public void derive(EndpointId parent, Collection<Endpoint> derived) throws SQLException {
    try (Connection connection = database.connection()) {
      boolean isDone = false;
      try (PreparedStatement upsert =
          connection.prepareStatement(
              "INSERT INTO endpoints"
                  + " (id, group_name, url, interval_ms, spec, revision, parent)"
                  + " SELECT ?, ?, ?, ?, ?::jsonb, p.revision, p.number FROM endpoints p"
                  + " WHERE p.id = ? AND p.deleted_at IS NULL"
                  + " AND p.spec -> 'reach' ->> 'resolve' = 'each'"
                  + " ON CONFLICT (id) DO UPDATE SET group_name = excluded.group_name,"
                  + " url = excluded.url, interval_ms = excluded.interval_ms,"
                  + " spec = excluded.spec, revision = excluded.revision,"
                  + " parent = excluded.parent, changed_at = now(), deleted_at = NULL")) {
        lock(connection);
        for (Endpoint endpoint : derived) {
          upsert.setString(1, endpoint.id().text());
          upsert.setString(2, endpoint.group());
          upsert.setString(3, endpoint.request().url().toString());
          upsert.setInt(4, endpoint.timing().intervalMs());
          upsert.setString(5, SpecJson.write(endpoint).toString());
          upsert.setString(6, parent.text());
          if (upsert.executeUpdate() == 0) {
            throw new SQLException(
                "the list has no endpoint " + parent + " with resolve: each any more");
          }
        }
        connection.commit();
        isDone = true;
      } finally {
        if (!isDone) {
          Rollback.quietly(connection);
        }
      }
    }
  }

  /**
   * Returns the changes since a revision. Since 0 that is the whole list.
   *
   * @throws SQLException if the database fails, or has an endpoint that cannot be read
   */
  public Changes since(long revision) throws SQLException {
    var present = new ArrayList<Endpoint>();
    var removed = new ArrayList<EndpointId>();
    long newest = revision;
    try (Connection connection = database.connection()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, spec::text, deleted_at IS NOT NULL, revision FROM endpoints"
                  + " WHERE revision > ? AND parent IS NULL ORDER BY id")) {
        select.setLong(1, revision);
        try (ResultSet found = select.executeQuery()) {
          while (found.next()) {
            var id = new EndpointId(found.getString(1));
            if (found.getBoolean(3)) {
              removed.add(id);
            } else {
              present.add(endpoint(id, found.getString(2)));
            }
            newest = Math.max(newest, found.getLong(4));
          }
        }
      }
      connection.rollback();
    }
    return new Changes(newest, present, removed);
  }

  private Endpoint endpoint(EndpointId id, String spec) throws SQLException {
    try {
      return SpecJson.read(id, tree(spec));
    } catch (IllegalArgumentException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  private Map<EndpointId, JsonNode> present(Connection connection) throws SQLException {
    var present = new HashMap<EndpointId, JsonNode>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT id, spec::text FROM endpoints"
                    + " WHERE deleted_at IS NULL AND parent IS NULL")) {
      while (found.next()) {
        present.put(new EndpointId(found.getString(1)), tree(found.getString(2)));
      }
    }
    return present;
  }

  private JsonNode tree(String text) throws SQLException {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("the database has a spec that is no JSON", e);
    }
  }

  private static void write(Connection connection, Plan plan, Collection<Endpoint> desired)
      throws SQLException {
    long revision = nextRevision(connection);
    var byId = new HashMap<EndpointId, Endpoint>();
    desired.forEach(endpoint -> byId.put(endpoint.id(), endpoint));
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO endpoints (id, group_name, url, interval_ms, spec, revision)"
                + " VALUES (?, ?, ?, ?, ?::jsonb, ?)"
                + " ON CONFLICT (id) DO UPDATE SET group_name = excluded.group_name,"
                + " url = excluded.url, interval_ms = excluded.interval_ms, spec = excluded.spec,"
                + " revision = excluded.revision, changed_at = now(), deleted_at = NULL")) {
      for (EndpointId id : plan.added()) {
        add(upsert, byId.get(id), revision);
      }
      for (Plan.Change change : plan.changed()) {
        add(upsert, byId.get(change.id()), revision);
      }
      upsert.executeBatch();
    }
    remove(connection, plan.removed(), revision);
    List<EndpointId> whole =
        plan.changed().stream()
            .map(Plan.Change::id)
            .filter(id -> !(byId.get(id).reach().resolve() instanceof Reach.Resolve.Each))
            .toList();
    removeDerived(connection, whole, revision);
  }

  /** Removes the endpoints for single addresses of those that have none any more. */
  private static void removeDerived(Connection connection, List<EndpointId> parents, long revision)
      throws SQLException {
    if (parents.isEmpty()) {
      return;
    }
    lockRemoval(connection);
    Object[] ids = parents.stream().map(EndpointId::text).toArray();
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE endpoints SET deleted_at = now(), changed_at = now(), revision = ?"
                    + " WHERE deleted_at IS NULL"
                    + " AND parent IN (SELECT number FROM endpoints WHERE id = ANY (?))");
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM state WHERE endpoint IN (SELECT number FROM endpoints WHERE parent IN"
                    + " (SELECT number FROM endpoints WHERE id = ANY (?)))")) {
      update.setLong(1, revision);
      update.setArray(2, connection.createArrayOf("text", ids));
      update.executeUpdate();
      delete.setArray(1, connection.createArrayOf("text", ids));
      delete.executeUpdate();
    }
  }

  private static void add(PreparedStatement upsert, Endpoint endpoint, long revision)
      throws SQLException {
    upsert.setString(1, endpoint.id().text());
    upsert.setString(2, endpoint.group());
    upsert.setString(3, endpoint.request().url().toString());
    upsert.setInt(4, endpoint.timing().intervalMs());
    upsert.setString(5, SpecJson.write(endpoint).toString());
    upsert.setLong(6, revision);
    upsert.addBatch();
  }

  private static void remove(Connection connection, List<EndpointId> removed, long revision)
      throws SQLException {
    if (removed.isEmpty()) {
      return;
    }
    lockRemoval(connection);
    Object[] ids = removed.stream().map(EndpointId::text).toArray();
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE endpoints SET deleted_at = now(), changed_at = now(), revision = ?"
                    + " WHERE id = ANY (?)"
                    + " OR parent IN (SELECT number FROM endpoints WHERE id = ANY (?))");
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM state WHERE endpoint IN"
                    + " (SELECT number FROM endpoints WHERE id = ANY (?) OR parent IN"
                    + " (SELECT number FROM endpoints WHERE id = ANY (?)))")) {
      update.setLong(1, revision);
      update.setArray(2, connection.createArrayOf("text", ids));
      update.setArray(3, connection.createArrayOf("text", ids));
      update.executeUpdate();
      delete.setArray(1, connection.createArrayOf("text", ids));
      delete.setArray(2, connection.createArrayOf("text", ids));
      delete.executeUpdate();
    }
  }

  /**
   * Waits for removals that are under way, but for no apply that hangs. There is none until the end
   * of the transaction.
   *
   * @throws SQLException if a removal takes too long; try again in another transaction
   */
  static void awaitRemovals(Statement statement) throws SQLException {
    statement.execute(
        within(REMOVAL_WAIT_MS, "SELECT pg_advisory_xact_lock_shared(" + REMOVAL_LOCK + ")"));
  }

  /**
   * Waits for the writers of results. Other writers wait behind this wait, so it is cut into short
   * ones: between two of them they get their turn, if one writer hangs.
   */
  private static void lockRemoval(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (int i = 1; !isLocked(statement, REMOVAL_LOCK, WRITERS_WAIT_MS); i++) {
        if (i == WRITERS_WAITS) {
          throw new SQLException(
              "endpoints cannot be removed while a batch of results is being written, and one is"
                  + " since "
                  + WRITERS_WAITS * WRITERS_WAIT_MS
                  + " ms. Look for an agent that hangs. "
                  + LockHolders.of(statement, REMOVAL_LOCK));
        }
      }
    }
  }

  /** Takes a lock until the end of the transaction. Returns false if others hold it too long. */
  private static boolean isLocked(Statement statement, long lock, int waitMs) throws SQLException {
    statement.execute("SAVEPOINT unlocked");
    try {
      statement.execute(within(waitMs, "SELECT pg_advisory_xact_lock(" + lock + ")"));
      return true;
    } catch (SQLException e) {
      if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw e;
      }
      statement.execute("ROLLBACK TO SAVEPOINT unlocked");
      return false;
    }
  }

  /** Returns statements that wait for a lock no longer than so many ms. */
  private static String within(int ms, String locking) {
    return "SET LOCAL lock_timeout = "
        + ms
        + "; "
        + locking
        + "; SET LOCAL lock_timeout TO DEFAULT";
  }

  private static long nextRevision(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return revision(statement) + 1;
    }
  }

  /** Returns the newest revision of the list, or 0 if there was none yet. */
  static long revision(Statement statement) throws SQLException {
    try (ResultSet found =
        statement.executeQuery("SELECT coalesce(max(revision), 0) FROM endpoints")) {
      found.next();
      return found.getLong(1);
    }
  }
}
