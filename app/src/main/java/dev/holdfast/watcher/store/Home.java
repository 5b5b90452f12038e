package dev.holdfast.watcher.store;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The place that rows belong to.
 *
 * @param database the identity of the database: {@link Database#id}
 * @param location the name of the location: 1 to 40 lower-case letters, digits and dashes
 */
record Home(UUID database, String location) {
  private static final Pattern LOCATION = Pattern.compile("[a-z0-9-]{1,40}");

  Home {
    if (!LOCATION.matcher(location).matches()) {
      throw new IllegalArgumentException(
          "location must be 1 to 40 lower-case letters, digits and dashes, not " + location);
    }
  }
}
