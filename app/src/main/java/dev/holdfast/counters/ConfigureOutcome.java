package dev.holdfast.counters;

import java.util.List;

/** The outcome of a POST of a configuration. */
public sealed interface ConfigureOutcome {
  /**
   * It is in force here, and at all who were reached.
   *
   * @param notReached who does not know it yet
   * @param unconfirmed where actors were that it drops and that have not handed over
   */
  record Configured(
      Configuration configuration, List<Address> notReached, List<Address> unconfirmed)
      implements ConfigureOutcome {}

  /**
   * Nothing was changed, surely, and a repetition may work.
   *
   * @param detail why, in a sentence
   */
  record NotStored(String detail) implements ConfigureOutcome {}

  /**
   * Nothing was changed, surely: the configuration has no room. Some actors are to be forgotten.
   */
  record Full() implements ConfigureOutcome {}

  /** The disk failed in the middle: it may be in force after a start. */
  record Unknown() implements ConfigureOutcome {}
}
