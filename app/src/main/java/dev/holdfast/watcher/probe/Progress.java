package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Phases;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How far a check has come.
 *
 * @param url the URL that is asked now
 * @param target the same
 * @param outgoing what it is sent
 * @param seen the URLs that were asked, with their methods
 * @param answer what the answers said so far
 */
record Progress(
    URI url,
    Target target,
    Outgoing outgoing,
    List<String> seen,
    CheckResult.Answer answer,
    Set<Flag> flags) {

  private static final long NANOS_PER_MICRO = 1_000;

  Progress {
    seen = List.copyOf(seen);
    flags = Set.copyOf(flags);
  }

  /**
   * Returns the progress of a check that begins.
   *
   * @throws IllegalArgumentException if the URL is none that may be asked
   */
  static Progress begin(URI url, Outgoing outgoing) {
    return new Progress(
        url, Target.of(url), outgoing, List.of(), CheckResult.Answer.NONE, Set.of());
  }

  Progress with(Flag flag) {
    Set<Flag> more = EnumSet.of(flag);
    more.addAll(flags);
    return new Progress(url, target, outgoing, seen, answer, more);
  }

  Progress with(CheckResult.Answer newer) {
    return new Progress(url, target, outgoing, seen, newer, flags);
  }

  Progress with(Phases phases) {
    return with(
        new CheckResult.Answer(
            answer.status(),
            phases,
            answer.address(),
            answer.protocol(),
            answer.bodyBytes(),
            answer.certificateEnds(),
            answer.hops()));
  }

  /**
   * Returns the progress after the resolution of a name.
   *
   * @param waitedNanos how much of it was a wait for our own bounds, in ns
   */
  Progress afterName(long tookNanos, long waitedNanos) {
    Progress waited = afterWait(waitedNanos);
    return waited.with(
        waited.answer().phases().plus(Phase.DNS, (tookNanos - waitedNanos) / NANOS_PER_MICRO));
  }

  /** Returns the progress after a wait for something of our own, in ns. */
  Progress afterWait(long nanos) {
    return with(answer.phases().plus(Phase.WAIT, Math.max(0, nanos) / NANOS_PER_MICRO));
  }

  /** Returns the progress with all that a visit found. */
  Progress with(Visit visit) {
    Optional<Visit.Head> head = visit.head();
    Optional<Instant> ends = visit.chain().map(chain -> chain.first().at());
    return with(
        new CheckResult.Answer(
            head.isPresent() ? OptionalInt.of(head.get().code()) : OptionalInt.empty(),
            visit.marks().addTo(answer.phases()),
            Optional.of(visit.plan().address().getHostAddress()),
            head.map(Visit.Head::protocol),
            visit.bodyBytes(),
            ends.isPresent() ? ends : answer.certificateEnds(),
            answer.hops()));
  }

  Progress withBodyBytes(long bytes) {
    return with(
        new CheckResult.Answer(
            answer.status(),
            answer.phases(),
            answer.address(),
            answer.protocol(),
            bytes,
            answer.certificateEnds(),
            answer.hops()));
  }

  /** Returns the progress that a redirect leads to. */
  Progress to(Redirects.Next.Hop hop) {
    List<String> asked = new ArrayList<>(seen);
    asked.add(key(outgoing.method(), url));
    List<String> hops = new ArrayList<>(answer.hops());
    hops.add(hop.target().shown());
    Progress next =
        new Progress(
            hop.url(),
            hop.target(),
            hop.outgoing(),
            asked,
            new CheckResult.Answer(
                answer.status(),
                answer.phases(),
                answer.address(),
                answer.protocol(),
                answer.bodyBytes(),
                answer.certificateEnds(),
                hops),
            flags);
    return hop.isDowngrade() ? next.with(Flag.DOWNGRADED) : next;
  }

  /** Returns the findings of a check that ends here. */
  Measured measured(Ending ending) {
    return new Measured(
        ending.outcome(),
        ending.reason(),
        ending.detail(),
        answer,
        flags,
        ending.retryAfterMs(),
        0);
  }

  /** Returns true if this very request was made before. */
  boolean isLoop() {
    return seen.contains(key(outgoing.method(), url));
  }

  private static String key(String method, URI url) {
    return method + " " + url;
  }
}
