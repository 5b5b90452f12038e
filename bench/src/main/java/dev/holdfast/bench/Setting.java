package dev.holdfast.bench;

import java.util.List;

/** What a candidate is started with for some of the rows. */
enum Setting {
  /** As many file servers as a run has pairs. */
  STANDARD(false),

  /** The same, and so few places for published files that most go cold. */
  COLD(false),

  /** One file server, so that what is sent there is known. */
  ONE_PAIR(true),

  /** Nothing: the row starts what it needs. */
  NOTHING(true);

  private final boolean onePair;

  Setting(boolean onePair) {
    this.onePair = onePair;
  }

  int pairs(int most) {
    return onePair ? 1 : most;
  }

  /** Of Holdfast's sidecars. */
  List<String> options() {
    return this == COLD ? List.of("--published-files-max", "10") : List.of();
  }
}
