package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reply and who sends it, under which configuration.
 *
 * @param actor who answers
 * @param process a random number of its process
 * @param stamp the digest of its configuration
 * @param configuration the configuration itself, where the asker does not have it
 */
record Reply(Id actor, Id process, Id stamp, Optional<Configuration> configuration, Body body) {
  private static final int FORMAT = 2;

  /** The answer itself. */
  sealed interface Body {
    /** Nothing is to be said. */
    record Done() implements Body {}

    /** Nothing was done: the two have different configurations, or the disk failed. */
    record Differs() implements Body {}

    /** Nothing was done: the asker is not in the configuration, and never was. */
    record Stranger() implements Body {}

    /** Nothing was done, and it may be asked again. */
    record NotNow() implements Body {}

    /** The shares of counters: of the first that was asked for first, and as many as fit. */
    record Shares(List<List<SlotShare>> counters) implements Body {}

    /** A counter is held still, with these shares. */
    record Frozen(Id freeze, List<SlotShare> shares) implements Body {}

    /**
     * The value of a counter.
     *
     * @param unconfirmed as in {@link ReadOutcome.Exact}
     */
    record Exact(BigInteger value, List<Address> unconfirmed) implements Body {}

    /** Tells whether a freeze held until now. */
    record Released(boolean held) implements Body {}

    /**
     * How much is known.
     *
     * @param wasNew whether what was brought was new here
     * @param same whether as much is known as by the asker, of every slot
     * @param extents of all slots, unless it is the same
     */
    record Knows(boolean wasNew, boolean same, Map<Id, Extent> extents) implements Body {}

    /** Shares that were asked for: of the first slot first, and as many as fit. */
    record Brought(List<Part> parts) implements Body {}

    /** Shares are missing here that are to be taken over: up to where the slots are known. */
    record Lacks(Map<Id, Long> known) implements Body {}

    /** The reply of another actor; empty if there was none. */
    record Relayed(Optional<Reply> reply) implements Body {}
  }

  static Reply read(byte[] bytes) {
    var in = new Input(bytes);
    Reply reply = read(in);
    in.requireEnd();
    return reply;
  }

  private static Reply read(Input in) {
    int format = in.octet();
    if (format != FORMAT) {
      throw new MalformedException("a reply of the format " + format);
    }
    return new Reply(
        in.id(),
        in.id(),
        in.id(),
        in.flag() ? Optional.of(Configuration.read(in)) : Optional.empty(),
        readBody(in));
  }

  private static Body readBody(Input in) {
    int kind = in.octet();
    return switch (kind) {
      case 0 -> new Body.Done();
      case 1 -> new Body.Differs();
      case 2 -> new Body.Stranger();
      case 3 -> new Body.NotNow();
      case 4 -> new Body.Shares(readCounters(in));
      case 5 -> new Body.Frozen(in.id(), readShares(in));
      case 6 -> new Body.Released(in.flag());
      case 7 -> new Body.Knows(in.flag(), in.flag(), Extent.readAll(in));
      case 9 -> new Body.Lacks(Known.read(in));
      case 10 -> new Body.Brought(readParts(in));
      case 11 -> new Body.Exact(in.amount(), readAddresses(in));
      case 8 -> new Body.Relayed(in.flag() ? Optional.of(readRelayed(in)) : Optional.empty());
      default -> throw new MalformedException("a reply of the kind " + kind);
    };
  }

  private static Reply readRelayed(Input in) {
    Reply reply = Reply.read(in.block());
    if (reply.body() instanceof Body.Relayed) {
      throw new MalformedException("a relayed reply to a relay");
    }
    return reply;
  }

  private static List<Part> readParts(Input in) {
    var parts = new ArrayList<Part>();
    for (int left = in.count(); left > 0; left--) {
      parts.add(Part.read(in));
    }
    return parts;
  }

  private static List<Address> readAddresses(Input in) {
    var addresses = new ArrayList<Address>();
    for (int left = in.count(); left > 0; left--) {
      addresses.add(Address.read(in));
    }
    return addresses;
  }

  private static List<List<SlotShare>> readCounters(Input in) {
    var counters = new ArrayList<List<SlotShare>>();
    for (int left = in.count(); left > 0; left--) {
      counters.add(readShares(in));
    }
    return counters;
  }

  private static List<SlotShare> readShares(Input in) {
    var shares = new ArrayList<SlotShare>();
    for (int left = in.count(); left > 0; left--) {
      shares.add(SlotShare.read(in));
    }
    return shares;
  }

  byte[] toBytes() {
    var out = new Output();
    write(out);
    return out.toBytes();
  }

  private void write(Output out) {
    out.octet(FORMAT).id(actor).id(process).id(stamp).flag(configuration.isPresent());
    configuration.ifPresent(present -> present.write(out));
    switch (body) {
      case Body.Done _ -> out.octet(0);
      case Body.Differs _ -> out.octet(1);
      case Body.Stranger _ -> out.octet(2);
      case Body.NotNow _ -> out.octet(3);
      case Body.Shares(List<List<SlotShare>> counters) -> {
        out.octet(4).number(counters.size());
        counters.forEach(shares -> write(shares, out));
      }
      case Body.Frozen(Id freeze, List<SlotShare> shares) -> write(shares, out.octet(5).id(freeze));
      case Body.Exact(BigInteger value, List<Address> unconfirmed) -> {
        out.octet(11).amount(value).number(unconfirmed.size());
        unconfirmed.forEach(address -> address.write(out));
      }
      case Body.Released(boolean held) -> out.octet(6).flag(held);
      case Body.Knows(boolean wasNew, boolean same, Map<Id, Extent> extents) ->
          Extent.writeAll(extents, out.octet(7).flag(wasNew).flag(same));
      case Body.Brought(List<Part> parts) -> {
        out.octet(10).number(parts.size());
        parts.forEach(part -> part.write(out));
      }
      case Body.Lacks(Map<Id, Long> known) -> Known.write(known, out.octet(9));
      case Body.Relayed(Optional<Reply> reply) -> {
        out.octet(8).flag(reply.isPresent());
        reply.ifPresent(present -> out.block(present.toBytes()));
      }
    }
  }

  private static void write(List<SlotShare> shares, Output out) {
    out.number(shares.size());
    shares.forEach(share -> share.write(out));
  }
}
