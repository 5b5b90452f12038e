package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.dns.Resolver;
import java.util.Optional;

/**
 * Tells what a step comes to that found no address, or that was not over in time: the agent's fault
 * or the site's.
 *
 * @param family the addresses that the check may have
 */
record Unfinished(Resolver resolver, Reach.Family family) {

  /**
   * Returns what a check comes to whose name has no address.
   *
   * @throws IllegalArgumentException if it has some
   */
  Ending unresolved(String host, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Addresses found -> throw new IllegalArgumentException(found.toString());
      case Resolution.NoSuchName(String detail) -> Ending.down(Reason.DNS, host + ": " + detail);
      case Resolution.Failure(String detail, Optional<Throwable> cause) ->
          cause.isPresent()
              ? unaskable(host, detail, cause.get())
              : toldFailure(host + ": " + detail);
      case Resolution.Timeout() -> silence(host);
      case Resolution.Unasked() ->
          Ending.agent(Reason.AGENT_DNS, "as many questions are in progress as may be; " + host);
    };
  }

  private static Ending unaskable(String host, String detail, Throwable cause) {
    return Faults.ours(cause)
        .orElseGet(
            () ->
                Ending.agent(Reason.AGENT_DNS, "no server can be asked; " + host + ": " + detail));
  }

  private Ending toldFailure(String text) {
    return resolver.isFailing()
        ? Ending.agent(Reason.AGENT_DNS, "most names fail; " + text)
        : Ending.down(Reason.DNS_FAILURE, text);
  }

  /** Nobody knows whose fault it is: our line may be down, or the servers of the name. */
  private static Ending silence(String host) {
    return Ending.agent(Reason.DNS_TIMEOUT, host + ": no server answered");
  }

  /** Returns what a check comes to whose secrets nobody has time to read. */
  static Ending unread() {
    return notInTime("the files of secrets do not answer, or the agent stops");
  }

  /** Returns what a check comes to whose answer no judge has time for. */
  static Ending unjudged() {
    return notInTime("the search of its page waited for others for too long");
  }

  /** Returns what a check comes to that is in flight while the agent stops. */
  static Ending stopped() {
    return notInTime("the agent stops");
  }

  /** Returns what a check comes to whose request was not ready in time. */
  static Ending unprepared() {
    return notInTime("its secrets were not read in time");
  }

  /** Returns what a check comes to whose name was not resolved in time. */
  Ending late(Step.Resolving resolving) {
    String host = resolving.progress().target().host();
    if (resolver.isBusy()) {
      return Ending.agent(Reason.AGENT_DNS, "questions wait for their turn; " + host);
    }
    // Addresses that come at this very moment are too late.
    Resolution soFar = resolver.soFar(host, family).resolution();
    return soFar instanceof Resolution.Addresses ? silence(host) : unresolved(host, soFar);
  }

  /** Returns what a check comes to whose visit was not over in time. */
  static Ending late(Step.Visiting visiting) {
    Marks.Stage stage = visiting.visit().marks().stage();
    if (!visiting.visit().isServed()) {
      return notInTime("the event loop has ended");
    }
    return stage == Marks.Stage.WAIT
        ? notInTime("the event loop did not take the check")
        : Ending.down(Faults.late(stage), "");
  }

  private static Ending notInTime(String detail) {
    return Ending.agent(Reason.AGENT_FAILURE, detail);
  }
}
