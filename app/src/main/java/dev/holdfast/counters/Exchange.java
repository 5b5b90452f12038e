package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Brings shares to the other actors.
 *
 * <ul>
 *   <li>While little happens here, a change is pushed to all of them at once. While much does,
 *       pushes are sent {@link #PUSH_SPACING_MS} apart.
 *   <li>A push brings what was counted here. The answer says what the other one knows, and only
 *       then it is brought what it lacks of the others: it may have got that from them meanwhile.
 *       Of an actor of which it has heard more since its answer before it is brought nothing.
 *   <li>Whoever gets news passes them on to one actor after the other, until some of those know
 *       them already.
 *   <li>Once a second each actor compares what it knows with the one that it asked longest ago.
 *       Whoever lacks much asks for it, from one actor at a time.
 * </ul>
 *
 * <p>Threading: under the actor's lock.
 */
final class Exchange {
  /** From one push to the next, when many have been sent lately. */
  static final long PUSH_SPACING_MS = 50;

  /** Pushes that may be sent at once after a quiet time. */
  private static final int BURST = 60;

  /** Actors that know a piece of news already before it is not passed on any more. */
  private static final int DEAF_EARS = 2;

  private static final long PASS_ON_MS = 60;
  private static final long COMPARE_MS = 1_000;
  private static final long RETRY_MIN_MS = 100;
  private static final long RETRY_MAX_MS = 1_000;
  private static final long NANOS_PER_MS = 1_000_000;

  private final Membership membership;
  private final Ledger ledger;
  private final OwnState own;
  private final Asker asker;
  private final Clock clock;
  private final Serial serial;
  private final RandomGenerator random;
  private final Meters meters;
  private final Pulls pulls;
  private final Map<Address, Partner> partners = new HashMap<>();
  private long paidUntilNanos;
  private long comparedNanos;
  private boolean isWaking;
  private boolean isPassingOn;
  private int deafEars;

  Exchange(
      Membership membership,
      Ledger ledger,
      OwnState own,
      Asker asker,
      Clock clock,
      Serial serial,
      RandomGenerator random,
      Meters meters) {
    this.membership = membership;
    this.ledger = ledger;
    this.own = own;
    this.asker = asker;
    this.clock = clock;
    this.serial = serial;
    this.random = random;
    this.meters = meters;
    this.paidUntilNanos = clock.nanoTime();
    this.comparedNanos = clock.nanoTime();
    this.pulls = new Pulls(membership, ledger, own, asker, clock, this::take);
  }

  /** Hears that something was counted here, or that there are other actors now. */
  void changed() {
    partners.values().forEach(partner -> partner.isStale = true);
    wake(0);
  }

  private void wake(long delayMs) {
    if (!isWaking) {
      isWaking = true;
      clock.after(
          delayMs,
          () ->
              serial.run(
                  () -> {
                    isWaking = false;
                    tick();
                  }));
    }
  }

  /** Pushes what is due. To be called now and then; what cannot wait does not wait for that. */
  void tick() {
    long now = clock.nanoTime();
    pushToStale(now);
    if (now - comparedNanos >= COMPARE_MS * NANOS_PER_MS) {
      comparedNanos = now;
      membership
          .listedToAskAgain()
          .forEach(address -> asker.askAnyhow(address, new Request.Hello(), _ -> {}));
      compare(now);
    }
  }

  /** Pushes to those that lack what was counted here, as far as the rate allows. */
  private void pushToStale(long now) {
    for (Address address : contacts(now)) {
      Partner partner = partners.get(address);
      if (partner.isStale && isFree(partner, now)) {
        if (!isPaid(now)) {
          wake(PUSH_SPACING_MS);
          return;
        }
        push(address, partner);
      }
    }
  }

  /** Compares what is known here with the one that was asked longest ago. */
  private void compare(long now) {
    contacts(now).stream()
        .filter(address -> isFree(partners.get(address), now))
        .min(Comparator.comparingLong(address -> partners.get(address).askedNanos - now))
        .ifPresent(address -> push(address, partners.get(address)));
  }

  /** Returns those to talk to, in random order; each has its partner. */
  private List<Address> contacts(long now) {
    var contacts = new ArrayList<>(membership.contacts());
    partners.keySet().retainAll(contacts);
    contacts.forEach(address -> partners.computeIfAbsent(address, _ -> new Partner(now)));
    Collections.shuffle(contacts, Random.from(random));
    return contacts;
  }

  private static boolean isFree(Partner partner, long now) {
    return !partner.isBusy && now - partner.notBeforeNanos >= 0;
  }

  private void pushToOneThatLacks(long now) {
    for (Address address : contacts(now)) {
      Partner partner = partners.get(address);
      if (isFree(partner, now) && partner.lacksAny(ledger.slots())) {
        push(address, partner);
        return;
      }
    }
  }

  /** Takes one of the pushes that the rate allows. */
  private boolean isPaid(long now) {
    long spacing = PUSH_SPACING_MS * NANOS_PER_MS;
    long earliest = now - BURST * spacing;
    long next = (paidUntilNanos - earliest < 0 ? earliest : paidUntilNanos) + spacing;
    if (next - now > 0) {
      return false;
    }
    paidUntilNanos = next;
    return true;
  }

  private void push(Address to, Partner partner) {
    partner.isProcess(membership.peer(to).process());
    push(to, partner, partner.news(ledger, this::isOwn), false);
  }

  private boolean isOwn(Slot slot) {
    return slot.actor().equals(own.actor());
  }

  /**
   * Pushes.
   *
   * @param isSecond true if the other one has just said what it knows
   */
  private void push(Address to, Partner partner, List<Range> ranges, boolean isSecond) {
    long askedNanos = clock.nanoTime();
    Map<Id, Extent> extents = ledger.extents();
    var request = new Request.Push(ranges, Extent.digest(extents), Id.NONE);
    List<Extent> before = known(partner, ranges);
    partner.isBusy = true; // last: the answer ends it, and comes in any case
    partner.isStale = false;
    partner.askedNanos = askedNanos;
    asker.ask(
        to,
        request,
        answer -> {
          partner.isBusy = false;
          switch (answer) {
            case Answer.Served(Id actor, Id process, _, Reply.Body.Knows knows) -> {
              Map<Id, Extent> there = knows.same() ? extents : knows.extents();
              partner.says(actor, process, there, askedNanos, ledger);
              if (isAnySame(before, known(partner, ranges))) {
                postpone(partner, RETRY_MAX_MS); // it has no memory for this, and says so each time
              }
              served(to, partner, isSecond, knows);
            }
            case Answer.Self _, Answer.Served _ -> partner.unsure();
            case Answer.NotReached _, Answer.NotServed _ -> failed(to, partner);
          }
        });
  }

  /** Returns what another actor has said that it knows of the slot of each range. */
  private static List<Extent> known(Partner partner, List<Range> ranges) {
    return ranges.stream().map(range -> partner.known(range.slot())).toList();
  }

  private static boolean isAnySame(List<Extent> before, List<Extent> after) {
    return IntStream.range(0, before.size()).anyMatch(i -> before.get(i).equals(after.get(i)));
  }

  private void postpone(Partner partner, long waitMs) {
    long laterNanos = clock.nanoTime() + waitMs * NANOS_PER_MS;
    partner.notBeforeNanos += Math.max(0, laterNanos - partner.notBeforeNanos);
  }

  private void served(Address to, Partner partner, boolean isSecond, Reply.Body.Knows knows) {
    boolean hasAll = !partner.lacksAny(ledger.slots());
    boolean isNewThere = isSecond && knows.wasNew();
    if (hasAll && !isNewThere) {
      deafEars = Math.max(0, deafEars - 1);
    }
    if (!knows.same()) {
      pulls.pull(to, knows.extents());
    }
    List<Range> rest =
        hasAll || isSecond ? List.of() : partner.news(ledger, slot -> !partner.hears(slot));
    if (!rest.isEmpty()) {
      push(to, partner, rest, true);
    } else if (own.living().filter(partner::lacks).isPresent()) {
      partner.isStale = true;
      if (partner.news(ledger, this::isOwn).isEmpty()) {
        retry(partner, Pulls.PULL_SPACING_MS); // that is much: it has to ask for it
      } else {
        wake(0);
      }
    }
    passOn();
  }

  private void failed(Address to, Partner partner) {
    partner.unsure();
    int failures = Math.min(membership.peer(to).failures(), 5);
    long waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS << failures);
    retry(partner, waitMs);
  }

  private void retry(Partner partner, long waitMs) {
    postpone(partner, waitMs);
    clock.after(waitMs, () -> serial.run(this::tick));
  }

  /**
   * Returns the latest moment until which all that an actor has counted is surely here, empty if
   * there is none.
   *
   * @param at the address where it answers
   */
  OptionalLong newsNanos(Id actor, Address at) {
    Partner partner = partners.get(at);
    return partner == null || !partner.actor().equals(actor)
        ? OptionalLong.empty()
        : partner.newsNanos(ledger);
  }

  /** Takes what another actor brings, and answers what is known now. */
  Reply.Body pushed(Request.Push push) {
    if (!push.to().equals(Id.NONE) && !push.to().equals(membership.process())) {
      return new Reply.Body.NotNow();
    }
    boolean isNew = false;
    for (Range range : push.ranges()) {
      isNew |= take(range);
    }
    Map<Id, Extent> extents = ledger.extents();
    boolean isSame = Extent.digest(extents).equals(push.digest());
    return new Reply.Body.Knows(isNew, isSame, isSame ? Map.of() : extents);
  }

  /**
   * Takes shares of others while there is memory, and passes them on. Returns true if any is new
   * here.
   */
  boolean take(Range range) {
    if (own.living().filter(slot -> slot.id().equals(range.slot())).isPresent()) {
      long known = own.living().get().known();
      if (range.to() > known || range.last(0) > known) {
        meters.foreignShare(range.actor());
      }
      return false;
    }
    boolean isNew = ledger.mergeWithinMemory(range);
    if (isNew) {
      deafEars = DEAF_EARS;
      passOn();
    }
    return isNew;
  }

  /** Returns true if {@link #take} did not take all of a range, for want of memory. */
  boolean lacks(Range range) {
    boolean isLiving = own.living().filter(slot -> slot.id().equals(range.slot())).isPresent();
    return !isLiving && !ledger.has(range);
  }

  /** Answers with as much as fits of what another actor asks for. */
  Reply.Body pulled(List<Want> wants) {
    return pulls.pulled(wants);
  }

  /** Passes news on to one actor after the other, until enough of them know them already. */
  private void passOn() {
    if (isPassingOn || deafEars <= 0) {
      return;
    }
    long delayMs = PASS_ON_MS / 2 + random.nextLong(PASS_ON_MS);
    isPassingOn = true;
    clock.after(
        delayMs,
        () ->
            serial.run(
                () -> {
                  isPassingOn = false;
                  long now = clock.nanoTime();
                  if (isPaid(now)) {
                    pushToOneThatLacks(now);
                  }
                }));
  }
}
