package dev.holdfast.counters;

import java.util.OptionalLong;

/**
 * A part of a slot that an actor asks for.
 *
 * @param from up to where it knows the slot
 * @param behind up to where it has been brought shares since, {@code from} or more
 * @param to up to where it will know the slot with the last part: what the other one knew when it
 *     sent the first part; empty to ask for the first. What the other one learns meanwhile may
 *     belong into a part that is sent already
 */
record Want(Id slot, long from, long behind, OptionalLong to) {
  static Want read(Input in) {
    return new Want(
        in.id(),
        in.number(),
        in.number(),
        in.flag() ? OptionalLong.of(in.number()) : OptionalLong.empty());
  }

  void write(Output out) {
    out.id(slot).number(from).number(behind).flag(to.isPresent());
    to.ifPresent(out::number);
  }

  /** Returns the wish for what comes behind a part. */
  Want behind(Part part) {
    return new Want(slot, from, part.range().last(behind), OptionalLong.of(part.to()));
  }
}
