package dev.holdfast.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The part that a service has in nginx's configuration, in nginx's language.
 * {@code @{requests_max}} stands for the bound of {@code limit_conn requests}, which a location has
 * to name.
 *
 * @param http for the {@code http} block: maps, whose variables begin with the service's name
 * @param locations for the {@code server} block
 * @param methods for the map from {@code $request_uri} to the methods that nginx names when it
 *     refuses another one (RFC 9110, 15.5.6); may be empty
 */
public record NginxPart(String http, String locations, String methods) {
  /** Of a service that nginx does not know. */
  public static final NginxPart NONE = new NginxPart("", "", "");

  /**
   * Reads the files {@code http.conf}, {@code locations.conf} and {@code methods.conf} in {@code
   * nginx/NAME/}.
   *
   * @param name the service's
   */
  public static NginxPart ofResources(String name) {
    return new NginxPart(
        resource(name, "http"), resource(name, "locations"), resource(name, "methods"));
  }

  private static String resource(String name, String kind) {
    String path = "/nginx/" + name + "/" + kind + ".conf";
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
