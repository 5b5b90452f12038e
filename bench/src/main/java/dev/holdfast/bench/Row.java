package dev.holdfast.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A row of the table.
 *
 * @param id its id, in options and in the raw figures
 * @param unit the unit of its figures
 * @param candidates the candidates that it measures, as far as the run has them
 * @param targets Holdfast's targets
 */
record Row(
    String id,
    String what,
    String unit,
    Setting setting,
    Set<Candidate> candidates,
    List<Target> targets,
    Measure measure) {

  /** Measures the row. */
  interface Measure {
    Figure of(Session session) throws IOException, InterruptedException;
  }
}
