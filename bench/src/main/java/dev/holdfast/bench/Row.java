package dev.holdfast.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A row of the table.
 *
 * @param id by which it is chosen and found in the raw figures
 * @param unit of its figures
 * @param candidates that are measured, where they are part of the run
 * @param targets of Holdfast
 */
record Row(
    String id,
    String what,
    String unit,
    Setting setting,
    Set<Candidate> candidates,
    List<Target> targets,
    Measure measure) {

  /** How it is measured. */
  interface Measure {
    Figure of(Session session) throws IOException, InterruptedException;
  }
}
