package dev.holdfast.testkit;

import dev.holdfast.testkit.Operation.Action;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Records the operations on one name.
 *
 * <p>Threading: all methods may be called from any thread. A write that has begun and not ended
 * counts as one of unknown outcome. So a client that dies in the middle of a write leaves a sound
 * history behind.
 */
public final class History {
  private final String name;
  private final LongSupplier clockNs;
  // Both guarded by this.
  private final List<Operation> ended = new ArrayList<>();
  private final Set<Write> open = new LinkedHashSet<>();

  /** Makes a history with a clock of its own, which starts at 0 now. */
  public History(String name) {
    this(name, clockFromNow());
  }

  /** Makes a history on a clock that never goes back. Histories of one run share a clock. */
  public History(String name, LongSupplier clockNs) {
    this.name = name;
    this.clockNs = clockNs;
  }

  /** Returns a clock of the nanoseconds since this call. */
  static LongSupplier clockFromNow() {
    long startNs = System.nanoTime();
    return () -> System.nanoTime() - startNs;
  }

  /** Returns the name whose operations these are. */
  public String name() {
    return name;
  }

  /** Begins a PUT. Call it before the first byte is sent. */
  public Write put(int client, String value) {
    return begin(client, new Operation.Put(value));
  }

  /** Begins a DELETE. Call it before the first byte is sent. */
  public Write delete(int client) {
    return begin(client, new Operation.Delete());
  }

  /** Begins a GET. Call it before the first byte is sent. */
  public Read get(int client) {
    return new Read(client, clockNs.getAsLong());
  }

  /** Returns the operations so far, in no particular order. */
  public synchronized List<Operation> operations() {
    List<Operation> operations = new ArrayList<>(ended);
    for (Write write : open) {
      operations.add(write.returned(Operation.NEVER));
    }
    return operations;
  }

  private synchronized Write begin(int client, Action action) {
    Write write = new Write(client, action, clockNs.getAsLong());
    open.add(write);
    return write;
  }

  private synchronized void end(Write write) {
    if (!open.remove(write)) {
      throw new IllegalStateException("ended twice: " + write.action);
    }
  }

  private synchronized void end(Write write, long returnedNs) {
    end(write);
    ended.add(write.returned(returnedNs));
  }

  private synchronized void record(Operation operation) {
    ended.add(operation);
  }

  /** A write under way. Without an end its outcome is unknown. */
  public final class Write {
    private final int client;
    private final Action action;
    private final long invokedNs;

    private Write(int client, Action action, long invokedNs) {
      this.client = client;
      this.action = action;
      this.invokedNs = invokedNs;
    }

    /** Ends the write as acknowledged. */
    public void done() {
      end(this, clockNs.getAsLong());
    }

    /** Removes the write from the history: it surely had no effect and never will. */
    public void refused() {
      end(this);
    }

    private Operation returned(long returnedNs) {
      return new Operation(client, action, invokedNs, returnedNs);
    }
  }

  /** A read under way. Without an end it is not recorded, since it says nothing. */
  public final class Read {
    private final int client;
    private final long invokedNs;

    private Read(int client, long invokedNs) {
      this.client = client;
      this.invokedNs = invokedNs;
    }

    /** Ends the read: the whole of this value came back. */
    public void got(String value) {
      end(new Operation.Got(value));
    }

    /** Ends the read: the name was absent. */
    public void gotAbsent() {
      end(new Operation.GotAbsent());
    }

    /** Ends the read: it returned a value that was never written. */
    public void gotCorrupt(String reason) {
      end(new Operation.GotCorrupt(reason));
    }

    private void end(Action action) {
      record(new Operation(client, action, invokedNs, clockNs.getAsLong()));
    }
  }
}
