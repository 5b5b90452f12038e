package dev.holdfast.counters;

/**
 * An answer to a {@link Want}.
 *
 * @param to up to where the slot will be known with the last part
 * @param last whether this is the last part
 */
record Part(Range range, long to, boolean last) {
  static Part read(Input in) {
    return new Part(Range.read(in), in.number(), in.flag());
  }

  void write(Output out) {
    range.write(out);
    out.number(to).flag(last);
  }
}
