package dev.holdfast.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A way that a request takes, and what goes it over and over. */
enum ProfiledPath {
  /** GETs of 1 KB that nginx answers alone. */
  PUBLISHED(OriginLimits.LATENCY_MS) {
    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      stack.session().prime(stack.plan().small());
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.gets(stack.plan().small(), CONNECTIONS, true), seconds);
    }
  },

  /** The same, each with a connection of its own. */
  CLOSE(OriginLimits.LATENCY_MS) {
    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      stack.session().prime(stack.plan().small());
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.gets(stack.plan().small(), CONNECTIONS, false), seconds);
    }
  },

  /** GETs of 64 KB that nginx answers alone. */
  MEDIUM(OriginLimits.LATENCY_MS) {
    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      stack.session().prime(stack.plan().medium());
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.gets(stack.plan().medium(), CONNECTIONS, true), seconds);
    }
  },

  /** GETs of cold files. */
  COLD(OriginLimits.LATENCY_MS) {
    @Override
    List<String> options() {
      return Setting.COLD.options();
    }

    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      stack.session().prime(stack.plan().small());
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.gets(stack.plan().small(), CONNECTIONS, true), seconds);
    }
  },

  /** GETs of names that are known not to be there. */
  ABSENT(0) {
    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      ClosedLoad.absent(stack.session(), CONNECTIONS);
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.refused(Wrk.gets(stack.plan().absent(), CONNECTIONS, true), seconds);
    }
  },

  /** GETs that the sidecar answers by X-Accel-Redirect: nginx cannot tell the stored name. */
  SIDECAR(OriginLimits.LATENCY_MS) {
    @Override
    List<FileSet> files(Plan plan) {
      return List.of(plan.spelled());
    }

    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      stack.session().prime(stack.plan().spelled());
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.gets(stack.plan().spelled(), CONNECTIONS, true), seconds);
    }
  },

  /** GETs of names that nobody has asked for yet, ten at once. */
  FIRST(0) {
    private static final int MANY = 60_000;

    @Override
    List<FileSet> files(Plan plan) {
      return List.of(new FileSet("first-", MANY, Plan.SMALL_BYTES));
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      List<String> left =
          files(stack.plan()).getFirst().targets().subList(stack.firstLeft(MANY), MANY);
      return stack.doneFirst(new Wrk("GET", OriginLimits.CONNECTIONS, true, left), seconds);
    }
  },

  /** PUTs of 1 KB of new names; what they leave is settled meanwhile. */
  PUT(OriginLimits.LATENCY_MS) {
    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      String prefix = "put-" + turn + "-";
      return stack.done(Wrk.puts(prefix, Plan.SMALL_BYTES, CONNECTIONS), seconds);
    }
  },

  /** PUTs of 1 KB of names that are there. */
  OVERWRITE(OriginLimits.LATENCY_MS) {
    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.puts("again-", Plan.SMALL_BYTES, CONNECTIONS), seconds);
    }
  },

  /** DELETEs of names that are there. */
  DELETE(OriginLimits.LATENCY_MS) {
    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      prepare(stack, WARM_UP_S / 2, 0);
    }

    @Override
    void prepare(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      Wrk puts = Wrk.puts("del-" + turn + "-", Plan.SMALL_BYTES, CONNECTIONS);
      stack.done(puts, 2 * seconds);
    }

    @Override
    long load(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      return stack.done(Wrk.deletes("del-" + turn + "-", CONNECTIONS), seconds);
    }
  },

  /** Nothing but bringing earlier PUTs of 1 KB to the file server. */
  SETTLE(20) {
    @Override
    void prepare(ProfiledStack stack) throws IOException, InterruptedException {
      prepare(stack, WARM_UP_S, 0);
    }

    @Override
    void prepare(ProfiledStack stack, double seconds, int turn)
        throws IOException, InterruptedException {
      Wrk puts = Wrk.puts("settle-" + turn + "-", Plan.SMALL_BYTES, CONNECTIONS);
      stack.done(puts, seconds);
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

  static final double WARM_UP_S = 10;

  private static final int CONNECTIONS = 64;

  private final long latencyMs;

  ProfiledPath(long latencyMs) {
    this.latencyMs = latencyMs;
  }

  /** What the file servers sleep for, unless told otherwise, in ms. */
  long latencyMs() {
    return latencyMs;
  }

  /** Of the sidecars. */
  List<String> options() {
    return List.of("--pending-count-max", "1000000");
  }

  /** What has to be at the file servers, besides what a plan has. */
  List<FileSet> files(Plan plan) {
    return List.of();
  }

  /** Once, before anything else. */
  void prepare(ProfiledStack stack) throws IOException, InterruptedException {}

  /** Before each load, with what it gets. */
  void prepare(ProfiledStack stack, double seconds, int turn)
      throws IOException, InterruptedException {}

  /**
   * Loads a stack.
   *
   * @param turn counts the loads of one stack
   * @return how many requests were done
   */
  abstract long load(ProfiledStack stack, double seconds, int turn)
      throws IOException, InterruptedException;
}
