package dev.holdfast.scoreboard;

import java.util.Locale;

/** The part that answered a request, as the access log says. */
enum ServedBy {
  NGINX,
  SIDECAR,
  ORIGIN;

  /** Returns the word for it in the log. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
