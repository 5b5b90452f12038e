package dev.holdfast.bench;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A running candidate with everything that a measurement needs.
 *
 * <p>Threading: of one thread.
 */
final class Session {
  private final Plan plan;
  private final Candidate candidate;
  private final Ground ground;
  private final Front front;
  private final Client client;
  private final Set<FileSet> primed = new HashSet<>();

  Session(Plan plan, Candidate candidate, Ground ground, Front front, Client client) {
    this.plan = plan;
    this.candidate = candidate;
    this.ground = ground;
    this.front = front;
    this.client = client;
  }

  Plan plan() {
    return plan;
  }

  Candidate candidate() {
    return candidate;
  }

  Ground ground() {
    return ground;
  }

  Front front() {
    return front;
  }

  Client client() {
    return client;
  }

  Sampler sampler(FileSet files) {
    return new Sampler(client, front.url(), files, candidate.refusalsMax());
  }

  /** Makes the candidate fetch a set of files, unless it has them already or keeps none. */
  void prime(FileSet files) throws IOException, InterruptedException {
    if (candidate.caches() && primed.add(files)) {
      sampler(files).prime(ground.origins().size() * OriginLimits.CONNECTIONS);
    }
  }
}
