package dev.holdfast.bench;

import java.util.List;

/** The way in which a candidate is started for some of the rows. */
enum Setting {
  /** A file server for each pair of the run. */
  STANDARD(false),

  /** The same, with room for so few published files that most go cold. */
  COLD(false),

  /** One file server, so that its requests are known. */
  ONE_PAIR(true),

  /** Nothing is started: the row does that itself. */
  NOTHING(true);

  private final boolean onePair;

  Setting(boolean onePair) {
    this.onePair = onePair;
  }

  int pairs(int most) {
    return onePair ? 1 : most;
  }

  /** Returns the options of Holdfast's sidecars. */
  List<String> options() {
    return this == COLD ? List.of("--published-files-max", "10") : List.of();
  }
}
