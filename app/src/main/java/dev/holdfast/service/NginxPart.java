package dev.holdfast.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A service's part of nginx's configuration: texts of the files that nginx.conf includes. A text
 * may include other files of nginx's, each on a line of its own. The requests of a location that
 * includes {@code requests-max.conf} count among the requests in progress, which are bounded.
 *
 * @param name the name of the service, and of its directory of nginx's files
 * @param http the text for the {@code http} block: maps, whose variables begin with the service's
 *     name
 * @param locations the text for the {@code server} block
 * @param methods entries of the map from {@code $request_uri} to the methods that nginx names when
 *     it refuses another one (RFC 9110, 15.5.6); may be empty
 */
public record NginxPart(String name, String http, String locations, String methods) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /**
   * @throws IllegalArgumentException if the name is not a word of lowercase letters, digits and
   *     dashes
   */
  public NginxPart {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name must be a lowercase word, not " + name);
    }
  }

  /**
   * Returns the part of a service that nginx does not know.
   *
   * @param name the service's
   */
  public static NginxPart none(String name) {
    return new NginxPart(name, "", "", "");
  }

  /**
   * Reads the files {@code http.conf}, {@code locations.conf} and {@code methods.conf} in {@code
   * nginx/services/NAME/}.
   *
   * @param name the service's
   */
  public static NginxPart ofResources(String name) {
    return new NginxPart(
        name, resource(name, "http"), resource(name, "locations"), resource(name, "methods"));
  }

  private static String resource(String name, String kind) {
    String path = "/nginx/services/" + name + "/" + kind + ".conf";
    try (InputStream in = NginxPart.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
