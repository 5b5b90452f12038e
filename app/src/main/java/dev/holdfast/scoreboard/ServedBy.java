package dev.holdfast.scoreboard;

import java.util.Locale;

/** The one who answered a request, as the access log says. */
enum ServedBy {
  NGINX,
  SIDECAR,
  ORIGIN;

  /** As the log spells it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
