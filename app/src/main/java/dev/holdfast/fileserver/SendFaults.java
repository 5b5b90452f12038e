package dev.holdfast.fileserver;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Lets some downloads fail halfway, by decorating the stream that reads the file. */
final class SendFaults {
  private static final int PERMILLE = 1000;

  private final Faults faults;
  private final Troubles troubles;
  private final Random random;
  private final AtomicLong failures = new AtomicLong();

  SendFaults(Faults faults, Troubles troubles) {
    this.faults = faults;
    this.troubles = troubles;
    this.random = new Random(faults.seed());
  }

  /** Returns the stream to send: the one given, or one that fails halfway. */
  InputStream decorate(InputStream in, long sizeBytes) {
    int draw = random.nextInt(PERMILLE);
    boolean on = faults.has(Fault.SEND_ERRORS);
    int errors = on ? faults.sendErrorPermille() : 0;
    int cuts = on ? faults.sendCutPermille() : 0;
    if (troubles.isOn(Trouble.CUT_DOWNLOADS) || (draw >= errors && draw < errors + cuts)) {
      failures.incrementAndGet();
      return new BreakingStream(in, sizeBytes / 2, new ConnectionCut("download cut on purpose"));
    }
    if (draw < errors) {
      failures.incrementAndGet();
      return new BreakingStream(in, sizeBytes / 2, new IOException("Input/output error"));
    }
    return in;
  }

  /** Returns how many downloads it has let fail. */
  long failures() {
    return failures.get();
  }
}
