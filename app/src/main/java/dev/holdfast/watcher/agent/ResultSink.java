package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;

/** Takes results. Its methods return at once, and never throw: they run on the agent's loop. */
public interface ResultSink {
  /** Takes the result of a check, or of a slot that nobody checked. */
  void accept(CheckResult result);

  /** Takes a silence of the agent. */
  void accept(Gap gap);
}
