package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.SecretText.MissingSecretException;
import dev.holdfast.watcher.dns.Literals;
import dev.holdfast.watcher.dns.Resolution;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * One check, from its start to its end: a chain of steps, of which one is current. Whoever replaces
 * the current step goes on. All others, such as a deadline that passes at the same moment, have
 * come too late and do nothing.
 *
 * <p>Threading: each step ends on the thread that brings its result: the caller's, one of the
 * resolver, one that reads files, a loop's, a judge's, or that of the deadlines.
 */
final class Check {
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_MS = 1_000_000;
  private static final long AGAIN_NANOS = 100_000_000;

  /**
   * How long an answer waits for a judge, in ns. It is less than the agent waits for a check that
   * is over its time, so that the check says itself what it waited for.
   */
  static final long JUDGE_WAIT_NANOS = 3_000_000_000L;

  private final Endpoint endpoint;
  private final CheckParts parts;
  private final Unfinished unfinished;
  private final BiConsumer<Check, Measured> done;
  private final Target home;
  private final Following following;
  private final Plans plans;
  private final long beginNanos;
  private final long endNanos;
  private final AtomicReference<Step> step;
  private volatile Optional<Deadlines.Deadline> deadline = Optional.empty();

  private Check(
      Endpoint endpoint, CheckParts parts, Progress begin, BiConsumer<Check, Measured> done) {
    this.endpoint = endpoint;
    this.parts = parts;
    this.unfinished = new Unfinished(parts.names().resolver(), endpoint.reach().family());
    this.done = done;
    this.home = begin.target();
    this.following = new Following(endpoint, home, parts.wires().room());
    this.plans = new Plans(endpoint, parts.guard(), parts.wires());
    this.beginNanos = parts.nanos().getAsLong();
    this.endNanos = beginNanos + endpoint.timing().timeoutMs() * NANOS_PER_MS;
    this.step = new AtomicReference<>(new Step.Idle(begin));
  }

  /**
   * A check that is to be started.
   *
   * @param done takes this check and its result, once
   * @throws IllegalArgumentException if the URL or a net is none
   */
  static Check of(Endpoint endpoint, CheckParts parts, BiConsumer<Check, Measured> done) {
    Progress begin = Progress.begin(endpoint.request().url(), Outgoing.NOTHING);
    return new Check(endpoint, parts, begin, done);
  }

  /** Starts the check. It reads no file on this thread, since a file may hang. */
  void start() {
    deadline = Optional.of(parts.deadlines().at(endNanos, this::late));
    if (!Outgoing.needsFiles(endpoint.request())) {
      prepare();
      return;
    }
    try {
      parts.files().execute(this::prepare);
    } catch (RejectedExecutionException full) {
      giveUp(Unfinished.unread());
    }
  }

  /** Puts the secrets into their places, and goes on. */
  private void prepare() {
    if (!(step.get() instanceof Step.Idle idle)) {
      return; // its time is over
    }
    Outgoing outgoing;
    try {
      outgoing = Outgoing.of(endpoint.request(), parts.secrets());
    } catch (IllegalArgumentException | MissingSecretException e) {
      giveUp(Ending.agent(Reason.AGENT_FAILURE, String.valueOf(e.getMessage())));
      return;
    }
    Progress ready = Progress.begin(endpoint.request().url(), outgoing);
    Progress begin =
        Outgoing.needsFiles(endpoint.request())
            ? ready.afterWait(parts.nanos().getAsLong() - beginNanos)
            : ready;
    plans
        .kept(home)
        .ifPresentOrElse(found -> visitAgain(idle, begin, found), () -> resolve(idle, begin));
  }

  /** Asks on a connection that was kept. It has half of the time, and then a new one the rest. */
  private void visitAgain(Step.Idle idle, Progress progress, KeptConnection kept) {
    Visit visit = plans.visitAgain(progress, kept, this::visited);
    var visiting = new Step.Visiting(progress, visit, List.of(), new AtomicReference<>());
    if (!step.compareAndSet(idle, visiting)) {
      kept.close();
      return;
    }
    long now = parts.nanos().getAsLong();
    long patienceNanos = (endNanos - now) / 2;
    visiting.patience().set(parts.deadlines().at(now + patienceNanos, () -> visitAfresh(visiting)));
    visit.start();
  }

  /** Opens a new connection if the kept one gave no answer. Returns false if it gave one. */
  private boolean visitAfresh(Step.Visiting visiting) {
    if (!visiting.visit().isPerhapsStale()) {
      return false;
    }
    long lostNanos = parts.nanos().getAsLong() - visiting.visit().marks().rungNanos();
    if (resolve(visiting, visiting.progress().afterWait(lostNanos))) {
      visiting.connectedOrOver();
      visiting.visit().abandon();
    }
    return true;
  }

  /** Returns true if the check has a connection that waits for such. */
  boolean isAt(Marks.Stage stage) {
    return step.get() instanceof Step.Visiting visiting
        && visiting.visit().marks().stage() == stage;
  }

  /** Ends the check, if it is not over, as one that says nothing of the site. */
  void giveUp(Ending ending) {
    for (Step now = step.get(); !(now instanceof Step.Over); now = step.get()) {
      end(now, now.progress(), ending);
    }
  }

  /** Returns false if the check has gone on from the step before in another way. */
  private boolean resolve(Step before, Progress progress) {
    var resolving = new Step.Resolving(progress, parts.nanos().getAsLong());
    if (!step.compareAndSet(before, resolving)) {
      return false;
    }
    Target target = progress.target();
    if (endpoint.reach().resolve() instanceof Reach.Resolve.Fixed(InetAddress address)
        && target.host().equals(home.host())) {
      visit(resolving, progress, List.of(address));
      return true;
    }
    parts
        .names()
        .resolve(target.host(), endpoint.reach().family(), endNanos, it -> resolved(resolving, it));
    return true;
  }

  private void resolved(Step.Resolving resolving, Resolution.Timed timed) {
    Progress progress = resolving.progress();
    String host = progress.target().host();
    if (Literals.parse(host).isEmpty()) {
      long tookNanos = parts.nanos().getAsLong() - resolving.startNanos();
      progress = progress.afterName(tookNanos, Math.min(timed.waitedNanos(), tookNanos));
    }
    switch (timed.resolution()) {
      case Resolution.Addresses(List<InetAddress> addresses, boolean isStale) ->
          visit(resolving, isStale ? progress.with(Flag.STALE_DNS) : progress, addresses);
      case Resolution.NoSuchName _,
          Resolution.Failure _,
          Resolution.Timeout _,
          Resolution.Unasked _ ->
          end(resolving, progress, unfinished.unresolved(host, timed.resolution()));
    }
  }

  /** Lets the guard judge all addresses, and connects to the first one. */
  private void visit(Step before, Progress progress, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      Optional<String> refusal = plans.refusal(address);
      if (refusal.isPresent()) {
        String detail = progress.target().host() + " is " + refusal.get();
        end(before, progress, Ending.down(Reason.FORBIDDEN, detail));
        return;
      }
    }
    visitNext(before, progress, Candidates.of(addresses), OptionalLong.empty());
  }

  /** Returns false if the check has gone on from the step before in another way. */
  private boolean visitNext(
      Step before, Progress progress, List<InetAddress> candidates, OptionalLong triedFromNanos) {
    Visit visit = plans.visit(progress, candidates.getFirst(), triedFromNanos, this::visited);
    List<InetAddress> left = candidates.subList(1, candidates.size());
    var visiting = new Step.Visiting(progress, visit, left, new AtomicReference<>());
    if (!step.compareAndSet(before, visiting)) {
      return false;
    }
    if (!left.isEmpty()) {
      // The addresses that are left get their part of the time.
      long now = parts.nanos().getAsLong();
      long patienceNanos = (endNanos - now) / (left.size() + 1);
      visiting.patience().set(parts.deadlines().at(now + patienceNanos, () -> impatient(visiting)));
    }
    visit.start();
    return true;
  }

  /** An address did not connect in its part of the time. */
  private void impatient(Step.Visiting visiting) {
    if (visiting.visit().marks().stage().compareTo(Marks.Stage.CONNECT) <= 0) {
      tryNext(visiting, OptionalLong.of(visiting.visit().marks().connectFromNanos()));
    }
  }

  private void tryNext(Step.Visiting failed, OptionalLong triedFromNanos) {
    if (visitNext(failed, failed.progress(), failed.left(), triedFromNanos)) {
      failed.connectedOrOver();
      failed.visit().abandon();
    }
  }

  private void visited(Visit visit, VisitEnd how) {
    if (!(step.get() instanceof Step.Visiting visiting) || visiting.visit() != visit) {
      how.leave();
      return;
    }
    try {
      visited(visiting, how);
    } catch (RuntimeException | Error e) {
      how.leave();
      giveUp(Faults.ofAgent(e));
      throw e;
    }
  }

  private void visited(Step.Visiting visiting, VisitEnd how) {
    visiting.connectedOrOver();
    switch (how) {
      case VisitEnd.Failed(Marks.Stage stage, Throwable cause) -> {
        if (stage == Marks.Stage.CONNECT && !visiting.left().isEmpty()) {
          // Without a route the address was not tried: that is the agent's affair.
          tryNext(
              visiting,
              Faults.isWithoutRoute(cause)
                  ? OptionalLong.empty()
                  : OptionalLong.of(visiting.visit().marks().connectFromNanos()));
        } else if (!visitAfresh(visiting)) {
          end(visiting, visiting.after(), Faults.of(stage, cause));
        }
      }
      case VisitEnd.Answered(VisitEnd.Response response) -> answered(visiting, response);
    }
  }

  private void answered(Step.Visiting visiting, VisitEnd.Response response) {
    Progress progress = visiting.after();
    if (following.follows(response)) {
      response.body().leave();
      follow(visiting, progress, response);
      return;
    }
    var judging = new Step.Judging(progress, response, visiting.visit(), new AtomicBoolean());
    if (!step.compareAndSet(visiting, judging)) {
      response.body().leave();
      return;
    }
    try {
      deadline.ifPresent(Deadlines.Deadline::drop); // The site has done its part.
      if (Judge.isShort(endpoint, response)) {
        judge(judging, progress);
      } else {
        awaitJudge(judging);
      }
    } catch (RuntimeException | Error e) {
      end(judging, progress, Faults.ofAgent(e)); // It has no deadline now.
    }
  }

  private void awaitJudge(Step.Judging judging) {
    long askedNanos = parts.nanos().getAsLong();
    Deadlines.Deadline patience =
        parts.deadlines().at(askedNanos + JUDGE_WAIT_NANOS, () -> unjudged(judging));
    try {
      parts
          .judges()
          .execute(
              endpoint.id(),
              () -> {
                if (judging.take()) {
                  patience.drop();
                  long waitedNanos = parts.nanos().getAsLong() - askedNanos;
                  judge(judging, judging.progress().afterWait(waitedNanos));
                }
              });
    } catch (RejectedExecutionException closed) {
      patience.drop();
      end(judging, judging.progress(), Unfinished.stopped());
    }
  }

  /** No judge had time for the answer. */
  private void unjudged(Step.Judging judging) {
    if (judging.take()) {
      end(judging, judging.progress().afterWait(JUDGE_WAIT_NANOS), Unfinished.unjudged());
    }
  }

  private void follow(Step.Visiting visiting, Progress progress, VisitEnd.Response response) {
    switch (following.after(progress, response)) {
      case Following.After.End(Progress at, Ending ending) -> end(visiting, at, ending);
      case Following.After.Request(Progress next) -> resolve(visiting, next);
    }
  }

  private void judge(Step.Judging judging, Progress progress) {
    try {
      Judge.Judgement judgement =
          parts.judge().judge(endpoint, judging.response(), judging.visit().chain());
      Progress judged = progress.withBodyBytes(judgement.bodyBytes());
      end(
          judging,
          judgement.isTruncated() ? judged.with(Flag.TRUNCATED) : judged,
          judgement.ending());
    } catch (RuntimeException | Error e) {
      end(judging, progress, Faults.ofAgent(e));
    }
  }

  /** The deadline has passed. */
  private void late() {
    try {
      endLate();
    } catch (Error e) {
      // Such as a lack of memory. The check must end, so it is tried again.
      parts.deadlines().at(parts.nanos().getAsLong() + AGAIN_NANOS, this::late);
      throw e;
    }
  }

  private void endLate() {
    for (Step now = step.get(); ; now = step.get()) {
      boolean isEnded =
          switch (now) {
            case Step.Idle _ -> end(now, now.progress(), Unfinished.unprepared());
            case Step.Resolving resolving -> end(now, now.progress(), unfinished.late(resolving));
            case Step.Visiting visiting -> end(now, visiting.after(), Unfinished.late(visiting));
            // The answer came in time, and what is left to do is ours.
            case Step.Judging _, Step.Over _ -> true;
          };
      if (isEnded) {
        return;
      }
    }
  }

  /** Ends the check, unless the step is over. Returns true if it was not. */
  private boolean end(Step current, Progress progress, Ending ending) {
    // All is made before the end: a failure after it would leave the check without a result.
    boolean isStalled = parts.deadlines().isStalled() && ending.outcome() != Outcome.AGENT;
    Ending known = isStalled ? Ending.agent(Reason.STALLED, "the process did not run") : ending;
    long lagNanos =
        Math.max(plans.worstLagNanos(beginNanos), parts.deadlines().worstLagNanos(beginNanos));
    Measured measured = progress.measured(known).withLagMicros(lagNanos / NANOS_PER_MICRO);
    if (!step.compareAndSet(current, new Step.Over(progress))) {
      return false;
    }
    try {
      leave(current);
    } finally {
      done.accept(this, measured);
    }
    return true;
  }

  private void leave(Step last) {
    deadline.ifPresent(Deadlines.Deadline::drop);
    following.leave();
    switch (last) {
      case Step.Visiting visiting -> {
        visiting.connectedOrOver();
        visiting.visit().abandon();
      }
      case Step.Judging judging -> judging.response().body().leave();
      case Step.Idle _, Step.Resolving _, Step.Over _ -> {}
    }
  }
}
