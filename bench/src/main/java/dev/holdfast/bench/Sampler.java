package dev.holdfast.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads some of a set of files and compares each whole body with the expected one.
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
   * @param refusalsMax how many answers 429 in a row are not wrong yet, and lead to another try; 0
   *     if any is wrong
   */
  Sampler(Client client, String url, FileSet files, int refusalsMax) {
    this.client = client;
    this.url = url;
    this.files = files;
    this.refusalsMax = refusalsMax;
  }

  /** Reads so many of the files, one after the other. */
  Sample take(int reads) throws InterruptedException {
    Sample sample = Sample.NONE;
    for (int i = 0; i < reads; i++) {
      sample = sample.and(one());
    }
    return sample;
  }

  /** Reads some of the files each second, as long as a load runs. */
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

  /** Returns the error in the present content of a name, or an empty text. */
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

  /** Returns the answer for a name; or the last one, if too many are refused. */
  private Client.Answer ask(String name) throws IOException, InterruptedException {
    Client.Answer answer = client.get(url + FileSet.PATH + name);
    for (int i = 0; i < refusalsMax && answer.status() == TOO_MANY_REQUESTS; i++) {
      // Requests in flight have ended by then, unless new ones have come.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(OriginLimits.LATENCY_MS));
      answer = client.get(url + FileSet.PATH + name);
    }
    return answer;
  }

  /** Reads each file until it has come whole, so that the candidate has all of them. */
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
