package dev.holdfast.counters;

import java.math.BigInteger;

/**
 * A share of a counter as one actor tells another of it.
 *
 * @param actor whose slot it is
 * @param sequence of the change that made it so
 * @param forced whether it is on the disk of whoever tells it
 */
public record SlotShare(Id slot, Id actor, BigInteger value, long sequence, boolean forced) {
  static SlotShare read(Input in) {
    return new SlotShare(in.id(), in.id(), in.amount(), in.number(), in.flag());
  }

  /** Returns about how long it is in a message, in bytes. */
  int bytes() {
    return 48 + value.bitLength() / 7;
  }

  void write(Output out) {
    out.id(slot).id(actor).amount(value).number(sequence).flag(forced);
  }
}
