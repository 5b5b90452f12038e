package dev.holdfast.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A path of requests through the stack, with the load that takes it. */
enum ProfiledPath {
  /** GETs of 1 KB that nginx answers alone. */
  PUBLISHED(OriginLimits.LATENCY_MS) {
    @Override
    Optional<FileSet> reads(Plan plan) {
      return Optional.of(plan.small());
    }
  },

  /** GETs of 1 KB that nginx answers alone, each on a connection of its own. */
  CLOSE(OriginLimits.LATENCY_MS) {
    @Override
    Optional<FileSet> reads(Plan plan) {
      return Optional.of(plan.small());
    }

    @Override
    boolean keepsAlive() {
      return false;
    }
  },

  /** GETs of 64 KB that nginx answers alone. */
  MEDIUM(OriginLimits.LATENCY_MS) {
    @Override
    Optional<FileSet> reads(Plan plan) {
      return Optional.of(plan.medium());
    }
  },

  /** GETs of cold files. */
  COLD(OriginLimits.LATENCY_MS) {
    @Override
    Optional<FileSet> reads(Plan plan) {
      return Optional.of(plan.small());
    }

    @Override
    List<String> options() {
      return Setting.COLD.options();
    }
  },

  /** GETs that the sidecar answers by X-Accel-Redirect: nginx cannot tell the stored name. */
  SIDECAR(OriginLimits.LATENCY_MS) {
    @Override
    Optional<FileSet> reads(Plan plan) {
      return Optional.of(plan.spelled());
    }
  },

  /** GETs of known absent names. */
  ABSENT(0) {
    @Override
    List<String> options() {
      return List.of("--absent-ttl-ms", "3600000");
    }

    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      Sample sample = ClosedLoad.absent(stack.session(), stack.connections()).sample();
      if (sample.wrong() > 0) {
        throw new IOException("not absent: " + sample);
      }
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.refused(Wrk.gets(stack.plan().absent(), stack.connections(), true), seconds);
    }
  },

  /** GETs of names that nobody has asked for yet, ten at once. */
  FIRST(0) {
    @Override
    List<FileSet> files(Plan plan, double loadSeconds) {
      return List.of(FirstNames.lasting(loadSeconds).files());
    }

    @Override
    double loadSecondsMax() {
      return FirstNames.secondsMax();
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.doneFirst(Math.min(stack.connections(), OriginLimits.CONNECTIONS), seconds);
    }
  },

  /** PUTs of new names. Their writes settle meanwhile. */
  PUT(OriginLimits.LATENCY_MS) {
    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.put("put-" + turn + "-", seconds);
    }
  },

  /** PUTs of existing names. */
  OVERWRITE(OriginLimits.LATENCY_MS) {
    @Override
    void prepare(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      if (turn == 1) {
        stack.put("again-", 2 * seconds);
      }
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.doneWritten(stack.puts("again-"), "again-", seconds);
    }
  },

  /** DELETEs of existing names. */
  DELETE(OriginLimits.LATENCY_MS) {
    @Override
    void prepare(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      // The PUTs take longer than the DELETEs: ext4 without a journal is slow to create files for a
      // minute after others were removed.
      stack.put(prefix(turn), 6 * seconds);
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      Wrk deletes = Wrk.deletes(prefix(turn), stack.connections());
      return stack.doneWritten(deletes, prefix(turn), seconds);
    }

    private static String prefix(int turn) {
      return "deleted-" + turn + "-";
    }
  },

  /** The settling alone of earlier PUTs. */
  SETTLE(20) {
    @Override
    void prepare(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      stack.put("settle-" + turn + "-", seconds);
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      long before = settled(stack);
      TimeUnit.MICROSECONDS.sleep((long) (seconds * 1e6));
      return settled(stack) - before;
    }

    private static long settled(ProfiledStack stack) throws IOException, InterruptedException {
      return (long) stack.metric("holdfast_settled_total");
    }
  };

  private final long latencyMs;

  ProfiledPath(long latencyMs) {
    this.latencyMs = latencyMs;
  }

  /** Returns the default latency of the file servers, in milliseconds. */
  long latencyMs() {
    return latencyMs;
  }

  /** Returns the options of the sidecars. */
  List<String> options() {
    return List.of("--pending-count-max", "1000000");
  }

  /** Returns the files that the load reads again and again, or empty if it does something else. */
  Optional<FileSet> reads(Plan plan) {
    return Optional.empty();
  }

  /** Returns true if a connection carries more than one request. */
  boolean keepsAlive() {
    return true;
  }

  /**
   * Returns the files that the file servers need.
   *
   * @param loadSeconds the duration of all loads of one stack together
   */
  List<FileSet> files(Plan plan, double loadSeconds) {
    return reads(plan).stream().toList();
  }

  /** Returns how long one stack can be loaded, in seconds. */
  double loadSecondsMax() {
    return Double.POSITIVE_INFINITY;
  }

  /** Prepares the stack, once, before everything else. */
  void prepare(ProfiledStack stack) throws IOException, InterruptedException {
    Optional<FileSet> files = reads(stack.plan());
    if (files.isPresent()) {
      stack.session().prime(files.get());
    }
  }

  /** Prepares one load. Called before each, with the same arguments. */
  void prepare(ProfiledStack stack, double seconds, int turn)
      throws IOException, InterruptedException {}

  /**
   * Loads a stack.
   *
   * @param turn the number of the load on this stack
   * @return the number of answered requests
   */
  long load(ProfiledStack stack, double seconds, int turn)
      throws IOException, InterruptedException {
    FileSet files = reads(stack.plan()).orElseThrow();
    return stack.done(Wrk.gets(files, stack.connections(), keepsAlive()), seconds);
  }
}
