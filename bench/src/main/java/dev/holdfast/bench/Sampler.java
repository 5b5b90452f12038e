package dev.holdfast.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads some of a set of files and compares each whole body with what it has to be.
 *
 * <p>Threading: {@link #during} reads on the calling thread while the load runs on others.
 */
final class Sampler {
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Client client;
  private final String url;
  private final FileSet files;
  private final int refusalsMax;
  private int next;

  /**
   * Reads from a candidate.
   *
   * @param refusalsMax how many answers 429 in a row are no wrong answers yet, but asked again; 0
   *     if any is wrong
   */
  Sampler(Client client, String url, FileSet files, int refusalsMax) {
    this.client = client;
    this.url = url;
    this.files = files;
    this.refusalsMax = refusalsMax;
  }

  /** Reads as many of the files, one after the other. */
  Sample take(int reads) throws InterruptedException {
    Sample sample = Sample.NONE;
    for (int i = 0; i < reads; i++) {
      sample = sample.and(one());
    }
    return sample;
  }

  /** Reads some of the files a second for as long as something else runs. */
  Sample during(Process load, int perSecond) throws InterruptedException {
    Sample sample = Sample.NONE;
    while (!load.waitFor(TimeUnit.SECONDS.toMillis(1) / perSecond, TimeUnit.MILLISECONDS)) {
      sample = sample.and(one());
    }
    return sample;
  }

  private Sample one() throws InterruptedException {
    String name = files.name(next++ % files.count());
    String wrong = wrong(name, files.body(name, 1));
    return new Sample(1, wrong.isEmpty() ? 0 : 1, wrong);
  }

  /** What is wrong with what a name holds now; empty if nothing is. */
  String wrong(String name, byte[] expected) throws InterruptedException {
    Client.Answer answer;
    try {
      answer = ask(name);
    } catch (IOException e) {
      return name + ": " + e;
    }
    if (answer.status() != OK) {
      return name + ": status " + answer.status();
    }
    int at = Arrays.mismatch(answer.body(), expected);
    return at < 0 ? "" : name + ": " + answer.body().length + " bytes, wrong from byte " + at;
  }

  /** The answer for a name; the last one, where more are refused than may be. */
  private Client.Answer ask(String name) throws IOException, InterruptedException {
    Client.Answer answer = client.get(url + FileSet.PATH + name);
    for (int i = 0; i < refusalsMax && answer.status() == TOO_MANY_REQUESTS; i++) {
      // What is in flight has ended by then, unless more has come.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(OriginLimits.LATENCY_MS));
      answer = client.get(url + FileSet.PATH + name);
    }
    return answer;
  }

  /** Reads each file until it has come whole, so that all are where they are served from. */
  void prime(int atOnce) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    Parallel.each(
        files.names(),
        atOnce,
        name -> {
          byte[] expected = files.body(name, 1);
          for (String wrong = wrong(name, expected);
              !wrong.isEmpty();
              wrong = wrong(name, expected)) {
            if (System.nanoTime() - deadline > 0) {
              throw new IOException("it does not come: " + wrong);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
          }
        });
  }
}
