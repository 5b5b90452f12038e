package dev.holdfast.counters;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * All that is known of some slots, in parts. Parts are made when they are asked for: all of them
 * together may take more memory than there is.
 *
 * <p>A share that changes meanwhile comes once more, or only later. The last part of a slot says
 * that it is known up to where it was when its first part was made.
 *
 * <p>Threading: for one thread, which takes the actor's lock for each step.
 */
final class SlotParts implements Iterator<Range> {
  private final Serial serial;
  private final Sizes sizes;
  private final Iterator<Slot> slots;
  private final Queue<Range> made = new ArrayDeque<>();
  private Slot slot; // null: the next one begins
  private long to; // of this slot, as are the others
  private long behind;

  private SlotParts(Serial serial, Sizes sizes, Iterator<Slot> slots) {
    this.serial = serial;
    this.sizes = sizes;
    this.slots = slots;
  }

  /** Returns the parts of slots, one slot after the other. */
  static Stream<Range> of(Serial serial, Sizes sizes, Collection<Slot> slots) {
    var parts = new SlotParts(serial, sizes, List.copyOf(slots).iterator());
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(parts, Spliterator.ORDERED), false);
  }

  @Override
  public boolean hasNext() {
    while (made.isEmpty() && (slot != null || slots.hasNext())) {
      serial.run(this::makeSome);
    }
    return !made.isEmpty();
  }

  @Override
  public Range next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no part is left");
    }
    return made.remove();
  }

  private void makeSome() {
    if (slot == null) {
      slot = slots.next();
      to = slot.known();
      behind = 0;
    }
    List<Range> parts = Range.parts(slot, 0, behind, to, sizes, sizes.pullBytes());
    made.addAll(parts);
    behind = parts.getLast().last(behind);
    if (behind >= slot.last()) {
      slot = null;
    }
  }
}
