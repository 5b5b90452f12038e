package dev.holdfast.files;

import dev.holdfast.files.http.Description;

/**
 * Breaks the table of packages, for PackagesTest: a package within another one is no part of it.
 */
final class PlantedRoute {
  private PlantedRoute() {}

  static String etag(Description file) {
    return file.etag();
  }
}
