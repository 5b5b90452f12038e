package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Calls of a sequence, with their answers. */
final class Calls {
  private Calls() {}

  /** Returns so many waiting requests: one waits for its force, or all for another one's. */
  static List<FutureTask<NextOutcome>> parked(Sequence sequence, int count) throws Exception {
    var requests = new ArrayList<FutureTask<NextOutcome>>();
    for (int i = 0; i < count; i++) {
      var request = new FutureTask<NextOutcome>(sequence::next);
      requests.add(request);
      Thread thread = Thread.ofVirtual().start(request);
      Await.until("it waits", () -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
    }
    return requests;
  }

  static long done(List<FutureTask<NextOutcome>> requests) {
    return requests.stream().filter(Future::isDone).count();
  }

  static void advance(Sequence sequence, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(sequence.next()).isInstanceOf(NextOutcome.Advanced.class);
    }
  }

  static List<String> numbersAfter(long position, int count) {
    var numbers = new ArrayList<String>();
    for (long i = position + 1; i <= position + count; i++) {
      numbers.add(new String(State.at(i).current().next(), US_ASCII));
    }
    return numbers;
  }

  static String body(NextOutcome outcome) {
    return outcome instanceof NextOutcome.Advanced advanced
        ? new String(advanced.number().next(), US_ASCII)
        : outcome.toString();
  }
}
