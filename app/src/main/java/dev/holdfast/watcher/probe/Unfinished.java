package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.dns.Resolver;
import java.util.Optional;

/**
 * Tells what a step comes to that found no address, or that was not over in time: the agent's fault
 * or the site's.
 */
record Unfinished(Resolver resolver) {

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
          cause.flatMap(Faults::ours).orElseGet(() -> ofServers(host, Reason.DNS_FAILURE, detail));
      case Resolution.Timeout() -> ofServers(host, Reason.DNS_TIMEOUT, "no server answered");
      case Resolution.Unasked() ->
          Ending.agent(Reason.AGENT_DNS, "as many questions are in progress as may be; " + host);
    };
  }

  private Ending ofServers(String host, Reason reason, String detail) {
    String text = host + ": " + detail;
    return resolver.isFailing()
        ? Ending.agent(Reason.AGENT_DNS, "most names fail; " + text)
        : Ending.down(reason, text);
  }

  /** Returns what a check comes to whose request was not ready in time. */
  static Ending unprepared() {
    return notInTime("its secrets were not read in time");
  }

  /** Returns what a check comes to whose name was not resolved in time. */
  Ending late(Step.Resolving resolving) {
    String host = resolving.progress().target().host();
    return resolver.isBusy()
        ? Ending.agent(Reason.AGENT_DNS, "questions wait for their turn; " + host)
        : ofServers(host, Reason.DNS_TIMEOUT, "not resolved in time");
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
