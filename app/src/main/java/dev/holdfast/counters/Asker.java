package dev.holdfast.counters;

import dev.holdfast.counters.Network.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other actors. Before anything else the two agree on a configuration: whoever has an older
 * one takes the other's over and forces it.
 *
 * <p>Threading: under the actor's lock.
 */
final class Asker {
  private static final Logger log = LoggerFactory.getLogger(Asker.class);

  /** How long an answer may take. */
  static final long TIMEOUT_MS = 1_000;

  /** How often the two may find that they have different configurations. */
  private static final int ROUNDS_MAX = 6;

  private static final int RELAYS_MAX = 3;

  /** Questions through others that are not answered yet, in all; a further one is not sent. */
  static final int RELAYED_MAX = 64;

  /** How long after its last answer an actor is slow. After that it may be cut off from here. */
  static final long SLOW_MS = TIMEOUT_MS / 2;

  private final Serial serial;
  private final Membership membership;
  private final Network network;
  private final RandomGenerator random;
  private final Clock clock;
  private final Guarded guarded;
  private final InFlight inFlight = new InFlight();
  private Optional<Address> bridge = Optional.empty(); // through whom an answer came last
  private int relayed;

  Asker(
      Serial serial,
      Membership membership,
      Network network,
      Clock clock,
      RandomGenerator random,
      Guarded guarded) {
    this.guarded = guarded;
    this.serial = serial;
    this.membership = membership;
    this.network = network;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Asks an actor directly. This throws nothing: whatever fails, there is an answer.
   *
   * @param then gets the answer, once, under the actor's lock
   */
  void ask(Address to, Request request, Consumer<Answer> then) {
    ask(to, request, TIMEOUT_MS, new Told(then));
  }

  private void ask(Address to, Request request, long timeoutMs, Told then) {
    new Question(to, Optional.empty(), request, timeoutMs, then).begin();
  }

  /** Asks an actor, directly or else through others that can be reached. */
  void askAnyhow(Address to, Request request, Consumer<Answer> then) {
    askAnyhow(to, request, TIMEOUT_MS, then);
  }

  /**
   * Asks an actor, directly or else through others that can be reached. An actor that is only slow
   * is not asked through others: that would make it slower. This throws nothing, as {@link #ask}.
   *
   * @param timeoutMs how long the direct answer may take, in milliseconds
   */
  void askAnyhow(Address to, Request request, long timeoutMs, Consumer<Answer> then) {
    var told = new Told(then);
    told.run(() -> askAnyhow(to, request, timeoutMs, told));
  }

  private void askAnyhow(Address to, Request request, long timeoutMs, Told then) {
    if (mayBeCutOff(to) && !membership.peer(to).isRefused()) {
      // Both ways at once would freeze a counter twice; a way that failed just now comes last.
      askThrough(relays(to), to, request, () -> ask(to, request, timeoutMs, then), then);
    } else {
      ask(
          to,
          request,
          timeoutMs,
          new Told(answer -> then.run(() -> heardDirectly(to, request, answer, then))));
    }
  }

  private void heardDirectly(Address to, Request request, Answer answer, Told then) {
    if (answer instanceof Answer.NotReached && mayBeCutOff(to)) {
      askThrough(relays(to), to, request, () -> then.accept(answer), then);
    } else {
      then.accept(answer);
    }
  }

  /** Returns true if it did not answer last, and has answered nothing else lately. */
  private boolean mayBeCutOff(Address to) {
    Peer peer = membership.peer(to);
    boolean isSlow =
        !peer.isRefused()
            && peer.heardDirectlyNanos().isPresent()
            && clock.nanoTime() - peer.heardDirectlyNanos().getAsLong() < SLOW_MS * 1_000_000;
    return peer.failures() > 0 && !isSlow;
  }

  private void askThrough(
      List<Address> relays, Address to, Request request, Runnable otherwise, Told then) {
    if (relays.isEmpty() || relayed >= RELAYED_MAX) {
      otherwise.run();
      return;
    }
    relayed++;
    new Question(
            to,
            Optional.of(relays.getFirst()),
            request,
            TIMEOUT_MS,
            new Told(
                answer -> {
                  relayed--;
                  if (answer instanceof Answer.NotReached) {
                    List<Address> left = relays.subList(1, relays.size());
                    then.run(() -> askThrough(left, to, request, otherwise, then));
                  } else {
                    then.accept(answer);
                  }
                }))
        .begin();
  }

  /**
   * The one that has reached it last comes first, and then the one that has reached anybody last:
   * it may be the only one with a way to the other side of a cut.
   */
  private List<Address> relays(Address to) {
    var relays = new ArrayList<Address>();
    for (Address other : membership.listedOthers()) {
      if (!other.equals(to) && membership.peer(other).isReachable()) {
        relays.add(other);
      }
    }
    Collections.shuffle(relays, Random.from(random));
    bridge.filter(relays::remove).ifPresent(relays::addFirst);
    membership.peer(to).relay().filter(relays::remove).ifPresent(relays::addFirst);
    return relays.subList(0, Math.min(RELAYS_MAX, relays.size()));
  }

  /**
   * Passes a message of another actor on. One that is cut off from here as well says so at once, or
   * those who look for a way would wait for each that has none.
   */
  void relay(Address to, Message message, Consumer<Optional<Reply>> then) {
    if (isFull(to) || mayBeCutOff(to)) {
      then.accept(Optional.empty());
      return;
    }
    send(
        to,
        message,
        TIMEOUT_MS * 3 / 4, // so that the answer comes back in time
        outcome ->
            then.accept(
                outcome instanceof Outcome.Replied replied
                    ? parsed(to, replied.reply())
                    : Optional.empty()));
  }

  private boolean isFull(Address to) {
    return inFlight.isFull(to, membership.peer(to).isReachable());
  }

  private void send(Address to, Message message, long timeoutMs, Consumer<Outcome> then) {
    byte[] request = message.toBytes();
    Runnable answered = inFlight.add(to, membership.peer(to).isReachable(), request.length);
    boolean[] isHeard = {false};
    Consumer<Outcome> once =
        outcome -> {
          if (!isHeard[0]) {
            isHeard[0] = true;
            answered.run();
            then.accept(outcome);
          }
        };
    Consumer<Outcome> locked = outcome -> serial.run(() -> guarded.run(() -> once.accept(outcome)));
    if (!guarded.run(() -> network.ask(to, request, timeoutMs, locked))) {
      once.accept(new Outcome.Silent()); // somebody waits for the outcome
    }
  }

  private static Optional<Reply> parsed(Address from, byte[] reply) {
    try {
      return Optional.of(Reply.read(reply));
    } catch (MalformedException e) {
      log.warn("{} does not answer as an actor of this version does: {}", from, e.getMessage());
      return Optional.empty();
    }
  }

  /** Somebody who waits for an answer, and is told one, once, whatever fails on the way to it. */
  private final class Told implements Consumer<Answer> {
    private final Consumer<Answer> then;
    private boolean isTold;

    Told(Consumer<Answer> then) {
      this.then = then;
    }

    @Override
    public void accept(Answer answer) {
      if (!isTold) {
        isTold = true;
        then.accept(answer);
      }
    }

    /** Takes a step towards the answer. If the step fails, the other actor counts as silent. */
    void run(Runnable step) {
      guarded.run(step, () -> accept(new Answer.NotReached(false)));
    }
  }

  /** One request, until it is answered. */
  private final class Question {
    private final Address to;
    private final Optional<Address> relay;
    private final Request request;
    private final long timeoutMs;
    private final Told then;
    private int rounds;

    Question(Address to, Optional<Address> relay, Request request, long timeoutMs, Told then) {
      this.to = to;
      this.relay = relay;
      this.request = request;
      this.timeoutMs = timeoutMs;
      this.then = then;
    }

    void begin() {
      then.run(this::send);
    }

    private void send() {
      rounds++;
      Id stamp = membership.stamp();
      boolean isKnownThere = membership.peer(to).stamp().equals(stamp);
      if (!isKnownThere && relay.isEmpty()) {
        isKnownThere = !membership.mayTell(to); // if it is not, the answer says so
      }
      Optional<Configuration> configuration =
          isKnownThere || membership.configuration().isNone()
              ? Optional.empty()
              : Optional.of(membership.configuration());
      var message =
          new Message(membership.actor(), membership.process(), stamp, configuration, request);
      if (relay.isPresent()) {
        var relayed =
            new Message(
                membership.actor(),
                membership.process(),
                stamp,
                Optional.empty(),
                new Request.Relay(to, message));
        send(relay.get(), relayed, stamp);
      } else {
        send(to, message, stamp);
      }
    }

    private void send(Address address, Message message, Id stamp) {
      if (isFull(address)) {
        then.accept(new Answer.NotReached(false));
      } else {
        Asker.this.send(
            address, message, timeoutMs, outcome -> then.run(() -> heard(outcome, stamp)));
      }
    }

    private void heard(Outcome outcome, Id stamp) {
      boolean isRefused = relay.isEmpty() && outcome instanceof Outcome.Refused;
      Optional<Reply> reply =
          switch (outcome) {
            case Outcome.Replied replied -> parsed(relay.orElse(to), replied.reply());
            case Outcome.Refused _, Outcome.Silent _ -> Optional.empty();
          };
      if (relay.isPresent()) {
        if (reply.isEmpty()) {
          membership.peer(relay.get()).failed(outcome instanceof Outcome.Refused);
        }
        reply =
            reply.flatMap(
                found ->
                    found.body() instanceof Reply.Body.Relayed(Optional<Reply> inner)
                        ? inner
                        : Optional.empty());
      } else if (reply.isEmpty()) {
        membership.peer(to).failed(isRefused);
      }
      if (reply.isEmpty()) {
        then.accept(new Answer.NotReached(isRefused));
      } else {
        heard(reply.get(), stamp);
      }
    }

    private void heard(Reply reply, Id stamp) {
      membership.met(to, reply, relay.isEmpty());
      if (relay.isPresent()) {
        membership.peer(to).answeredThrough(relay.get());
        bridge = relay;
      }
      if (reply.process().equals(membership.process())) {
        then.accept(new Answer.Self());
        return;
      }
      if (reply.configuration().isPresent()) {
        membership.merge(reply.configuration().get(), () -> then.run(() -> agreed(reply, stamp)));
      } else {
        agreed(reply, stamp);
      }
    }

    private void agreed(Reply reply, Id stamp) {
      switch (reply.body()) {
        case Reply.Body.Differs _ -> {
          if (rounds < ROUNDS_MAX) {
            send();
          } else {
            then.accept(new Answer.NotServed());
          }
        }
        case Reply.Body.Stranger _, Reply.Body.NotNow _, Reply.Body.Relayed _ ->
            then.accept(new Answer.NotServed());
        case Reply.Body.Done _,
            Reply.Body.Shares _,
            Reply.Body.Frozen _,
            Reply.Body.Exact _,
            Reply.Body.Released _,
            Reply.Body.Knows _,
            Reply.Body.Lacks _,
            Reply.Body.Brought _ ->
            then.accept(
                reply.stamp().equals(stamp)
                    ? new Answer.Served(reply.actor(), reply.process(), stamp, reply.body())
                    : new Answer.NotServed());
      }
    }
  }
}
