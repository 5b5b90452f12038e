package dev.holdfast.files.http;

import dev.holdfast.files.QuickWrites;
import dev.holdfast.files.WriteOutcome;
import dev.holdfast.http.QuickRequest;

/**
 * Answers a write that was taken at once, when its outcome is known.
 *
 * @param status the status if it was done
 */
record QuickReply(QuickRequest to, int status) implements QuickWrites.Reply {
  @Override
  public void written(WriteOutcome written) {
    Answers.written(to, written, status);
  }

  @Override
  public void failed(Exception e) {
    to.fail(e);
  }
}
