package dev.holdfast.files;

import dev.holdfast.staging.Content;
import java.util.Optional;

/** Holds a precondition against what a read of the file found. */
final class PreconditionCheck {
  /** A precondition that does not ask the origin takes an unknown file for this. */
  static final ReadOutcome NOT_HERE = new ReadOutcome.Absent(false);

  private PreconditionCheck() {}

  /** Returns why a write is refused, or empty if its precondition holds. */
  static Optional<WriteOutcome> refusal(Precondition precondition, ReadOutcome current) {
    if (!isKnown(current)) {
      return Optional.of(new WriteOutcome.Unknowable(current));
    }
    return precondition.holds(content(current))
        ? Optional.empty()
        : Optional.of(new WriteOutcome.Unmet());
  }

  /** Returns true if a read found out what the file is, or that there is none. */
  static boolean isKnown(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Here _, ReadOutcome.Absent _ -> true;
      // Nobody is ever shown it, so that a write may mend it as if there were nothing.
      case ReadOutcome.Damaged _ -> true;
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _ -> false;
    };
  }

  private static Optional<Content> content(ReadOutcome current) {
    return current instanceof ReadOutcome.Here here
        ? Optional.of(here.content())
        : Optional.empty();
  }
}
