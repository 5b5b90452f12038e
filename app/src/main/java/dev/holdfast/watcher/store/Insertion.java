package dev.holdfast.watcher.store;

import dev.holdfast.watcher.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Inserts the tallies of a window, one endpoint after the other.
 *
 * <p>Threading: for one thread at a time.
 */
final class Insertion implements AutoCloseable {
  private static final int BATCH = 500;

  private final PreparedStatement insert;
  private final long startMs;
  private Tally tally = new Tally();
  private int endpoint;
  private int location;
  private boolean isEmpty = true;
  private int batched;

  Insertion(Connection connection, RollUps.Size size, long startMs) throws SQLException {
    this.startMs = startMs;
    this.insert =
        connection.prepareStatement(
            "INSERT INTO "
                + size.table()
                + " (endpoint, location, start, slots, again, up, degraded, down, undecided, agent,"
                + " missed, tainted, micros_sum, micros_max, histogram)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  /** Returns the tally of an endpoint. All results of one endpoint come together. */
  Tally tallyOf(int ofEndpoint, int ofLocation) throws SQLException {
    if (isEmpty || ofEndpoint != endpoint || ofLocation != location) {
      add();
      endpoint = ofEndpoint;
      location = ofLocation;
      tally = new Tally();
      isEmpty = false;
    }
    return tally;
  }

  private void add() throws SQLException {
    if (isEmpty) {
      return;
    }
    insert.setInt(1, endpoint);
    insert.setInt(2, location);
    insert.setTimestamp(3, RollUps.timestamp(startMs));
    insert.setLong(4, tally.slots());
    insert.setLong(5, tally.again());
    insert.setLong(6, tally.count(Outcome.UP));
    insert.setLong(7, tally.count(Outcome.DEGRADED));
    insert.setLong(8, tally.count(Outcome.DOWN));
    insert.setLong(9, tally.count(Outcome.UNDECIDED));
    insert.setLong(10, tally.count(Outcome.AGENT));
    insert.setLong(11, tally.count(Outcome.MISSED));
    insert.setLong(12, tally.tainted());
    insert.setLong(13, tally.microsSum());
    insert.setLong(14, tally.microsMax());
    insert.setBytes(15, tally.histogram().bytes());
    insert.addBatch();
    batched++;
    if (batched % BATCH == 0) {
      insert.executeBatch();
    }
  }

  /** Inserts what is left. */
  void end() throws SQLException {
    add();
    insert.executeBatch();
  }

  @Override
  public void close() throws SQLException {
    insert.close();
  }
}
