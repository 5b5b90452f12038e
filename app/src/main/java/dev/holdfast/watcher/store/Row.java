package dev.holdfast.watcher.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A result on its way into the database, or a silence of the agent.
 *
 * @param id the endpoint's id, or an empty text for a silence
 * @param dueMs when it was due, in ms since the epoch
 * @param outcome the number of its outcome
 * @param reason the number of its reason
 * @param counts true if it changes the endpoint's state
 * @param text its columns behind endpoint and location, in COPY's text format
 */
@SuppressWarnings("ArrayRecordComponent") // nobody changes it, and nobody compares rows
record Row(String id, long dueMs, int outcome, int reason, boolean counts, byte[] text) {
  /** About as many bytes are beside its text, in memory and in a segment. */
  static final int OVERHEAD_BYTES = 80;

  boolean isGap() {
    return id.isEmpty();
  }

  /** Returns about how many bytes the row takes. */
  long bytes() {
    return text.length + (long) id.length() + OVERHEAD_BYTES;
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(id);
    out.writeLong(dueMs);
    out.writeByte(outcome);
    out.writeByte(reason);
    out.writeBoolean(counts);
    out.writeInt(text.length);
    out.write(text);
  }

  static Row read(DataInput in) throws IOException {
    String id = in.readUTF();
    long dueMs = in.readLong();
    int outcome = in.readByte();
    int reason = in.readByte();
    boolean counts = in.readBoolean();
    byte[] text = new byte[in.readInt()];
    in.readFully(text);
    return new Row(id, dueMs, outcome, reason, counts, text);
  }
}
