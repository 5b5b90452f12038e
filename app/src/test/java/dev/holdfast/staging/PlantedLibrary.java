package dev.holdfast.staging;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Breaks the table of libraries, for PackagesTest. */
final class PlantedLibrary {
  private PlantedLibrary() {}

  static Object mapper() {
    return new ObjectMapper();
  }
}
