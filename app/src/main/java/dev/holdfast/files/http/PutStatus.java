package dev.holdfast.files.http;

import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.Precondition;
import dev.holdfast.staging.Content;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * A precondition of a put that notes, when it is evaluated, whether there is such a file, so that
 * the answer can say what the put did.
 *
 * <p>Threading: for one put, by whichever thread does it.
 */
public final class PutStatus implements Precondition {
  private final Precondition asked;
  private final int existingStatus;

  private volatile boolean existed;

  /**
   * @param asked what the request asks for
   * @param existingStatus see {@link FilesConfig}
   */
  private PutStatus(Precondition asked, int existingStatus) {
    this.asked = asked;
    this.existingStatus = existingStatus;
  }

  /**
   * Reads the conditions of a put.
   *
   * @param existingStatus see {@link FilesConfig}
   * @throws dev.holdfast.http.ProblemException 400 if a field is malformed
   */
  public static PutStatus of(Context ctx, int existingStatus) {
    return new PutStatus(Conditions.ofWrite(ctx), existingStatus);
  }

  /** Returns true if a put has to find out if there is such a file, for the sake of its answer. */
  static boolean asksAlways(int existingStatus) {
    return existingStatus != FilesConfig.ALWAYS_CREATED;
  }

  @Override
  public boolean needsCurrent() {
    return asksAlways(existingStatus) || asked.needsCurrent();
  }

  @Override
  public boolean asksOrigin() {
    return asksAlways(existingStatus) || asked.asksOrigin();
  }

  @Override
  public boolean holds(Optional<Content> current) {
    existed = current.isPresent();
    return asked.holds(current);
  }

  /** Returns the status of the answer to the put, once it is done. */
  public int get() {
    return existed ? existingStatus : FilesConfig.ALWAYS_CREATED;
  }
}
