package dev.holdfast.watcher.store;

import dev.holdfast.bounds.Bounds;

/**
 * How long rows are kept, in days.
 *
 * @param checksDays for checks, 1 or more
 * @param minutes5Days for figures of 5 minutes, 1 or more
 * @param hoursDays for figures of an hour, and for silences of agents, 1 or more
 * @param daysDays for figures of a day, 1 or more
 */
public record Retention(int checksDays, int minutes5Days, int hoursDays, int daysDays) {
  public static final Retention DEFAULT = new Retention(30, 90, 400, 3_660);

  public Retention {
    Bounds.atLeast("checksDays", checksDays, 1);
    Bounds.atLeast("minutes5Days", minutes5Days, 1);
    Bounds.atLeast("hoursDays", hoursDays, 1);
    Bounds.atLeast("daysDays", daysDays, 1);
  }

  int daysOf(RollUps.Size size) {
    return switch (size) {
      case MINUTES_5 -> minutes5Days;
      case HOUR -> hoursDays;
      case DAY -> daysDays;
    };
  }
}
