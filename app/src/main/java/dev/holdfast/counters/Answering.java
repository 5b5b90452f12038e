package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Answers other actors. Nothing is done for one that has another configuration: the two agree
 * first.
 *
 * <p>Threading: under the actor's lock.
 */
final class Answering {
  private final Membership membership;
  private final Ledger ledger;
  private final Freezes freezes;
  private final Exchange exchange;
  private final Persistence persistence;
  private final Asker asker;
  private final Reads reads;
  private final Meters meters;

  Answering(
      Membership membership,
      Ledger ledger,
      Freezes freezes,
      Exchange exchange,
      Persistence persistence,
      Asker asker,
      Reads reads,
      Meters meters) {
    this.reads = reads;
    this.membership = membership;
    this.ledger = ledger;
    this.freezes = freezes;
    this.exchange = exchange;
    this.persistence = persistence;
    this.asker = asker;
    this.meters = meters;
  }

  /**
   * Answers a message.
   *
   * @param then gets the reply, once, under the actor's lock
   */
  void answer(Message message, Consumer<Reply> then) {
    if (message.actor().equals(membership.actor())
        && !message.process().equals(membership.process())) {
      meters.twin(message.process());
    }
    if (message.request() instanceof Request.Relay(Address to, Message inner)) {
      boolean isAnActor =
          membership.configuration().names(to)
              || inner.configuration().filter(theirs -> theirs.names(to)).isPresent();
      if (!isAnActor) {
        then.accept(reply(new Reply.Body.Relayed(Optional.empty())));
        return;
      }
      asker.relay(to, inner, reply -> then.accept(reply(new Reply.Body.Relayed(reply))));
    } else if (message.configuration().isPresent() && !message.stamp().equals(membership.stamp())) {
      membership.merge(message.configuration().get(), () -> answerUnderOne(message, then));
    } else {
      answerUnderOne(message, then);
    }
  }

  private Reply reply(Reply.Body body) {
    return new Reply(
        membership.actor(), membership.process(), membership.stamp(), Optional.empty(), body);
  }

  private void answerUnderOne(Message message, Consumer<Reply> then) {
    if (!message.stamp().equals(membership.stamp())) {
      Configuration mine = membership.configuration();
      then.accept(
          new Reply(
              membership.actor(),
              membership.process(),
              membership.stamp(),
              mine.isNone() ? Optional.empty() : Optional.of(mine),
              new Reply.Body.Differs()));
      return;
    }
    answer(message, message.request(), body -> then.accept(reply(body)));
  }

  private void answer(Message message, Request request, Consumer<Reply.Body> then) {
    if (request.isForMembers() && !membership.configuration().knows(message.actor())) {
      then.accept(new Reply.Body.Stranger());
      return;
    }
    switch (request) {
      case Request.Hello _ -> then.accept(new Reply.Body.Done());
      case Request.Collect(List<CounterName> names) -> then.accept(collected(names));
      case Request.Freeze(CounterName name) -> freeze(name, message.stamp(), then);
      case Request.Read(CounterName name) ->
          reads.readForAnother(name, outcome -> then.accept(told(outcome)));
      case Request.Release(CounterName name, Id freeze) ->
          then.accept(new Reply.Body.Released(freezes.release(name, freeze)));
      case Request.Push push -> then.accept(exchange.pushed(push));
      case Request.Pull(List<Want> wants) -> then.accept(exchange.pulled(wants));
      case Request.HandOver handOver -> takeOver(message, handOver, then);
      case Request.Relay _ -> throw new IllegalStateException("a relay is answered before");
    }
  }

  private static Reply.Body told(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Exact(BigInteger value, List<Address> unconfirmed) ->
          new Reply.Body.Exact(value, unconfirmed);
      case ReadOutcome.Unavailable _ -> new Reply.Body.NotNow();
    };
  }

  /** Tells of as many counters as fit, and of the first in any case. */
  private Reply.Body collected(List<CounterName> names) {
    var counters = new ArrayList<List<SlotShare>>();
    int bytes = 0;
    for (CounterName name : names) {
      List<SlotShare> shares = ledger.told(name);
      bytes += shares.stream().mapToInt(SlotShare::bytes).sum();
      if (!counters.isEmpty() && bytes > ledger.sizes().pullBytes()) {
        break;
      }
      counters.add(shares);
    }
    return new Reply.Body.Shares(counters);
  }

  /** The configuration may change while the counter drains: then the share counts for nothing. */
  private void freeze(CounterName name, Id stamp, Consumer<Reply.Body> then) {
    freezes.freeze(
        name,
        frozen -> {
          if (frozen.isEmpty()) {
            then.accept(new Reply.Body.NotNow());
          } else if (!stamp.equals(membership.stamp())) {
            freezes.release(name, frozen.get().freeze());
            then.accept(new Reply.Body.NotNow());
          } else {
            then.accept(new Reply.Body.Frozen(frozen.get().freeze(), frozen.get().shares()));
          }
        });
  }

  private void takeOver(Message message, Request.HandOver handOver, Consumer<Reply.Body> then) {
    handOver.alone().forEach(exchange::take);
    if (handOver.alone().stream().anyMatch(exchange::lacks)) {
      then.accept(new Reply.Body.NotNow());
      return;
    }
    var missing = new TreeMap<Id, Long>();
    handOver
        .known()
        .forEach(
            (slot, sequence) -> {
              long known = ledger.slot(slot).map(Slot::known).orElse(0L);
              if (known < sequence) {
                missing.put(slot, known);
              }
            });
    if (!missing.isEmpty()) {
      then.accept(new Reply.Body.Lacks(missing));
      return;
    }
    List<Range> alone = new ArrayList<>(handOver.alone());
    persistence.force(
        alone,
        first ->
            persistence.force(
                handOver.known(), second -> end(message, handOver, first && second, then)));
  }

  /** The actor may be listed again meanwhile, and count: then this is not its end. */
  private void end(
      Message message, Request.HandOver handOver, boolean isForced, Consumer<Reply.Body> then) {
    if (!isForced || !message.stamp().equals(membership.stamp())) {
      then.accept(new Reply.Body.NotNow());
      return;
    }
    if (membership.isThereAs(handOver.actor(), message.process())) {
      then.accept(new Reply.Body.Done()); // it is a copy: the other one goes on
      return;
    }
    if (membership.mayBeThere(handOver.actor())) {
      then.accept(new Reply.Body.NotNow()); // it may be a copy
      return;
    }
    membership.change(
        configuration -> configuration.withEnded(handOver.actor(), handOver.generation()),
        noted ->
            then.accept(noted == Stored.FORCED ? new Reply.Body.Done() : new Reply.Body.NotNow()));
  }
}
