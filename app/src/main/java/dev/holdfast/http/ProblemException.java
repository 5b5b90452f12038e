package dev.holdfast.http;

/** Carries a {@link Problem} from where it is found to the chassis, which answers with it. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.status() + " " + problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** Returns the answer to give. */
  public Problem problem() {
    return problem;
  }
}
