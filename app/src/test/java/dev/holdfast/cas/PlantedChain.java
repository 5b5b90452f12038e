package dev.holdfast.cas;

import dev.holdfast.files.ReadOutcome;

/** Breaks the table of packages, for PackagesTest: by the result of a call, without an import. */
final class PlantedChain {
  private PlantedChain() {}

  static String etag(ReadOutcome.Here here) {
    return here.content().etag();
  }
}
