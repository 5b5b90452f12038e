package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request of one actor to another. */
sealed interface Request {
  /** Asks for nothing: who is there, and is its configuration this one? */
  record Hello() implements Request {}

  /** Asks for all shares of counters. */
  record Collect(List<CounterName> names) implements Request {}

  /** Asks to hold a counter still, and for its shares then. */
  record Freeze(CounterName name) implements Request {}

  /** Asks for the value of a counter that moves: readers of one counter share what they do. */
  record Read(CounterName name) implements Request {}

  /** Ends a freeze, and asks whether it held until now. */
  record Release(CounterName name, Id freeze) implements Request {}

  /**
   * Brings shares.
   *
   * @param digest a hash of what is known; who knows something else answers what it knows
   * @param to the process that may take them; {@link Id#NONE} for any. The last part of a row says
   *     what is known with it, which is wrong for a process that has not got the parts before it
   */
  record Push(List<Range> ranges, Id digest, Id to) implements Request {}

  /**
   * Asks for shares.
   *
   * @param wants one or more parts of slots
   */
  record Pull(List<Want> wants) implements Request {}

  /**
   * Asks to force the shares of an actor that has ended, and to note its end.
   *
   * @param actor who has ended
   * @param generation the one that has ended
   * @param known the sequences up to which it had slots forced
   * @param alone shares beyond these, which it had forced alone
   */
  record HandOver(Id actor, long generation, Map<Id, Long> known, List<Range> alone)
      implements Request {
    public HandOver {
      known = new TreeMap<>(known);
    }
  }

  /** Asks to ask another actor, whom the asker cannot reach. */
  record Relay(Address to, Message message) implements Request {}

  static Request read(Input in) {
    int kind = in.octet();
    return switch (kind) {
      case 0 -> new Hello();
      case 1 -> new Collect(readNames(in));
      case 2 -> new Freeze(CounterName.read(in));
      case 3 -> new Release(CounterName.read(in), in.id());
      case 4 -> new Push(Range.readAll(in), in.id(), in.id());
      case 5 -> new HandOver(in.id(), in.number(), Known.read(in), Range.readAll(in));
      case 6 -> {
        Address to = Address.read(in);
        Message message = Message.read(in.block());
        if (message.request() instanceof Relay) {
          throw new MalformedException("a relay of a relay");
        }
        yield new Relay(to, message);
      }
      case 7 -> new Pull(readWants(in));
      case 8 -> new Read(CounterName.read(in));
      default -> throw new MalformedException("a request of the kind " + kind);
    };
  }

  /** Returns true if only a member, now or formerly, may send it. */
  default boolean isForMembers() {
    return this instanceof Push || this instanceof Pull || this instanceof HandOver;
  }

  private static List<CounterName> readNames(Input in) {
    var names = new ArrayList<CounterName>();
    for (int left = in.count(); left > 0; left--) {
      names.add(CounterName.read(in));
    }
    return names;
  }

  private static List<Want> readWants(Input in) {
    var wants = new ArrayList<Want>();
    for (int left = in.count(); left > 0; left--) {
      wants.add(Want.read(in));
    }
    return wants;
  }

  default void write(Output out) {
    switch (this) {
      case Hello _ -> out.octet(0);
      case Collect(List<CounterName> names) -> {
        out.octet(1).number(names.size());
        names.forEach(name -> name.write(out));
      }
      case Freeze(CounterName name) -> name.write(out.octet(2));
      case Read(CounterName name) -> name.write(out.octet(8));
      case Release(CounterName name, Id freeze) -> {
        name.write(out.octet(3));
        out.id(freeze);
      }
      case Push(List<Range> ranges, Id digest, Id to) -> {
        Range.writeAll(ranges, out.octet(4));
        out.id(digest).id(to);
      }
      case HandOver(Id actor, long generation, Map<Id, Long> known, List<Range> alone) -> {
        Known.write(known, out.octet(5).id(actor).number(generation));
        Range.writeAll(alone, out);
      }
      case Relay(Address to, Message message) -> {
        to.write(out.octet(6));
        out.block(message.toBytes());
      }
      case Pull(List<Want> wants) -> {
        out.octet(7).number(wants.size());
        wants.forEach(want -> want.write(out));
      }
    }
  }
}
