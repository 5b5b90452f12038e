package dev.holdfast.bench;

import java.util.List;

/** What a candidate is started with for some of the rows. */
enum Setting {
  /** As many file servers as a run has pairs. */
  STANDARD(false, List.of()),

  /** The same, and so few places for published files that most go cold. */
  COLD(false, List.of("--published-files-max", "10")),

  /** One file server, so that what is sent there is known. */
  ONE_PAIR(true, List.of()),

  /** Nothing: the row starts what it needs. */
  NOTHING(true, List.of());

  private final boolean onePair;
  private final List<String> options;

  Setting(boolean onePair, List<String> options) {
    this.onePair = onePair;
    this.options = options;
  }

  int pairs(int most) {
    return onePair ? 1 : most;
  }

  /** Of Holdfast's sidecars. */
  List<String> options() {
    return options;
  }
}
