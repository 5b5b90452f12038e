package dev.holdfast.disk;

import dev.holdfast.metrics.Scrape;

/** Breaks the table of packages by an import, for PackagesTest. */
final class PlantedImport {
  private PlantedImport() {}

  static String text(Scrape scrape) {
    return scrape.text();
  }
}
