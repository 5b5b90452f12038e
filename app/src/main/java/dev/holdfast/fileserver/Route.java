package dev.holdfast.fileserver;

import java.util.Optional;

/** The route of a request, as httprouter 1.3 finds it by method and decoded path. */
sealed interface Route {
  /** The header {@code Allow} of a file. */
  String ALLOW = "DELETE, GET, OPTIONS, PUT";

  /** The path in front of the name of a file. */
  String PREFIX = "/api/fileserver/";

  /** One file. */
  record File(Verb verb, String name) implements Route {}

  /** A file, with OPTIONS. */
  record Options() implements Route {}

  /** A file, with a method that is not routed. */
  record NotAllowed() implements Route {}

  /** A path that a cleaned one would match; not yet escaped. */
  record Redirect(String path) implements Route {}

  /** Nothing here. */
  record NotFound() implements Route {}

  /**
   * Routes a request.
   *
   * @param path decoded, so that an encoded slash is a slash
   */
  static Route of(String method, String path) {
    Optional<Verb> verb = verb(method);
    if (path.startsWith(PREFIX) && isName(path.substring(PREFIX.length()))) {
      String name = path.substring(PREFIX.length());
      return verb.<Route>map(known -> new File(known, name))
          .orElseGet(() -> method.equals("OPTIONS") ? new Options() : new NotAllowed());
    }
    // Only methods that have routes are redirected.
    return verb.isPresent() && !path.equals("/") ? fixed(path) : new NotFound();
  }

  private static Route fixed(String path) {
    if (path.startsWith(PREFIX) && endsInItsOnlySlash(path.substring(PREFIX.length()))) {
      return new Redirect(path.substring(0, path.length() - 1));
    }
    String clean = GoPath.clean(path);
    if (clean.equals("/")) {
      return new Redirect("/");
    }
    if (!clean.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      return new NotFound();
    }
    String rest = clean.substring(PREFIX.length());
    String name = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    return isName(name) ? new Redirect(PREFIX + name) : new NotFound();
  }

  private static boolean isName(String rest) {
    return !rest.isEmpty() && rest.indexOf('/') < 0;
  }

  private static boolean endsInItsOnlySlash(String rest) {
    return !rest.isEmpty() && rest.indexOf('/') == rest.length() - 1;
  }

  private static Optional<Verb> verb(String method) {
    return switch (method) {
      case "GET" -> Optional.of(Verb.GET);
      case "PUT" -> Optional.of(Verb.PUT);
      case "DELETE" -> Optional.of(Verb.DELETE);
      default -> Optional.empty();
    };
  }
}
