package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A name of the challenge's load, with the bodies that a GET may return. One PUT at a time is in
 * progress, so the bodies have an order. After a write of unknown outcome the name is used no more.
 */
final class ChallengeName {
  final String text;
  private final List<byte[]> bodies = new ArrayList<>();

  /** How many bodies are no longer in the list. */
  private int dropped;

  /** The oldest body that a GET sent now may return: everything before it was replaced. */
  private int floor;

  private int reads;
  private boolean writing;
  private boolean deleting;

  ChallengeName(String text) {
    this.text = text;
  }

  boolean isWriting() {
    return writing;
  }

  void putSent(byte[] body) {
    bodies.add(body);
    writing = true;
  }

  /** Takes the acknowledgement of the PUT in progress. */
  void putAcknowledged() {
    writing = false;
    floor = dropped + bodies.size() - 1;
    drop();
  }

  void deleteSent() {
    deleting = true;
  }

  /** Takes note that a GET is sent. Returns its floor, for {@link #isRight}. */
  int readSent() {
    reads++;
    return floor;
  }

  /** Takes the end of a GET without an answer that says anything about the bytes. */
  void readGivenUp() {
    reads--;
    drop();
  }

  /** Returns true if a GET that was sent at this floor may have got these bytes. */
  boolean isRight(int floorAtSending, byte[] found) {
    reads--;
    for (int i = Math.max(0, floorAtSending - dropped); i < bodies.size(); i++) {
      if (Arrays.equals(bodies.get(i), found)) {
        floor = Math.max(floor, dropped + i);
        drop();
        return true;
      }
    }
    drop();
    return false;
  }

  /** Returns true if a GET that was in progress may have found nothing. */
  boolean isAbsenceRight() {
    reads--;
    return deleting;
  }

  private void drop() {
    while (reads == 0 && dropped < floor) {
      bodies.removeFirst();
      dropped++;
    }
  }
}
