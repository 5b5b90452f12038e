package dev.holdfast.bench;

import dev.holdfast.bench.CounterLoad.Call;
import dev.holdfast.bench.CounterRow.Measured;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The rows of actors that know 10,000 names, in each of which every actor has a share. They
 * restart, stop and kill actors, so their order matters.
 */
final class CounterFullRows {
  private static final int NAMES = 10_000;
  private static final int BATCH = 500;
  private static final int SAMPLES = 200;
  private static final double IDLE_SECONDS = 10;
  private static final double MEMORY_MB_MAX = 130;
  private static final double IDLE_PERCENT_MAX = 0.5;
  private static final double REFUSED_MS_MAX = 5_200;
  private static final Pattern LOOPBACK = Pattern.compile("(?m)^\\s*lo:\\s*(\\d+)");

  /** An actor gives memory back a moment after what filled it. */
  private static final double SETTLE_SECONDS = 5;

  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");

  private CounterFullRows() {}

  static List<CounterRow> rows() {
    return List.of(
        new CounterRow(
            "memory",
            "memory of an actor, 10,000 names × all actors",
            "≤ 130 MB",
            CounterFullRows::memory),
        new CounterRow(
            "idle-cpu", "CPU of such an actor, idle", "≤ 0.5 % of a core", CounterFullRows::idle),
        new CounterRow(
            "restart",
            "restart of such an actor after a kill -9, until it answers",
            "≤ 2 s",
            CounterFullRows::restart),
        new CounterRow(
            "new-actor",
            "new actor, until it knows 10,000 names × all actors",
            "≤ 1 s, ≤ 5 MB",
            CounterFullRows::newActor),
        new CounterRow(
            "down",
            "503 of a consistent read, an actor killed; an actor stopped",
            "≤ 5.2 s",
            CounterFullRows::down));
  }

  private static String name(int i) {
    return "name" + i;
  }

  /** Adds 1 to every name at every actor, and waits until all know all of it. */
  static void fill(CounterActors actors) throws IOException, InterruptedException {
    Parallel.each(
        actors.numbers(),
        4,
        number -> {
          try (var connection = new PlainHttp(CounterActors.address(number))) {
            for (int first = 0; first < NAMES; first += BATCH) {
              var amounts = new ArrayList<String>();
              IntStream.range(first, first + BATCH)
                  .forEach(i -> amounts.add('"' + name(i) + "\": 1"));
              PlainHttp.Answer answer =
                  connection.post("/counters", "{" + String.join(", ", amounts) + "}");
              if (answer.status() != 200) {
                throw new IOException("POST /counters: " + answer);
              }
            }
          }
        });
    for (int number : actors.numbers()) {
      awaitFull(actors, number);
    }
  }

  /** Waits until an actor knows all shares of some names, the last ones among them. */
  private static void awaitFull(CounterActors actors, int number) throws IOException {
    BigInteger full = BigInteger.valueOf(actors.numbers().size());
    int step = NAMES / SAMPLES;
    for (int i = NAMES - 1; i >= 0; i -= step) {
      actors.awaitValue(List.of(number), name(i), full);
    }
  }

  private static Measured memory(CounterActors actors) throws IOException {
    pause(SETTLE_SECONDS);
    List<Double> resident = new ArrayList<>();
    for (Process process : actors.processes()) {
      resident.add(residentMb(process));
    }
    List<Double> sorted = resident.stream().sorted().toList();
    double shared = Memory.of(actors.processes()).value() / actors.processes().size();
    return new Measured(
        "%s MB resident, the largest %s; %s with shared pages counted once"
            .formatted(
                CounterRows.count(OpenLoad.percentile(sorted, 50)),
                CounterRows.count(sorted.getLast()),
                CounterRows.count(shared)),
        sorted.getLast() <= MEMORY_MB_MAX);
  }

  /** Returns the resident memory of a process in MB, shared pages included. */
  static double residentMb(Process process) throws IOException {
    Matcher matcher =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
    if (!matcher.find()) {
      throw new IOException("no VmRSS");
    }
    return Long.parseLong(matcher.group(1)) * 1024 / 1e6;
  }

  private static Measured idle(CounterActors actors) throws IOException {
    // Nothing of a load before is left.
    pause(5);
    Cost before = Cost.of(actors.processes());
    pause(IDLE_SECONDS);
    Cost used = Cost.of(actors.processes()).since(before);
    double seconds = used.ticks() * (double) Cost.TICK_MICROS / 1e6;
    double percent = 100 * seconds / IDLE_SECONDS / actors.processes().size();
    return new Measured("%.2f %% of a core".formatted(percent), percent <= IDLE_PERCENT_MAX);
  }

  static void pause(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static Measured restart(CounterActors actors) throws IOException, InterruptedException {
    int number = 2;
    actors.kill(number);
    long begun = System.nanoTime();
    actors.launch(number);
    actors.awaitHealth(number);
    double listening = CounterActors.secondsSince(begun);
    awaitFull(actors, number);
    double full = CounterActors.secondsSince(begun);
    return new Measured(
        "%s s; %s s until it knows all shares".formatted(seconds(listening), seconds(full)),
        listening <= 2);
  }

  private static Measured newActor(CounterActors actors) throws IOException {
    int number = actors.numbers().size() + 1;
    actors.launch(number);
    actors.awaitHealth(number);
    pause(1);
    long idleFrom = loopbackBytes();
    pause(2);
    double idlePerSecond = (loopbackBytes() - idleFrom) / 2.0;
    long bytesFrom = loopbackBytes();
    long begun = System.nanoTime();
    actors.configure(number);
    double configured = CounterActors.secondsSince(begun);
    awaitFull(actors, number);
    double full = CounterActors.secondsSince(begun);
    double mb = Math.max(0, loopbackBytes() - bytesFrom - idlePerSecond * full) / 1e6;
    return new Measured(
        "%s s (%s s of it the POST of the configuration), %s MB more than idle on the loopback interface"
            .formatted(seconds(full), seconds(configured), CounterRows.decimal(mb)),
        full <= 1 && mb <= 5);
  }

  /** Returns the bytes that the loopback interface has carried. */
  private static long loopbackBytes() throws IOException {
    Matcher matcher = LOOPBACK.matcher(Files.readString(Path.of("/proc/net/dev")));
    if (!matcher.find()) {
      throw new IOException("no loopback interface");
    }
    return Long.parseLong(matcher.group(1));
  }

  private static Measured down(CounterActors actors) throws IOException, InterruptedException {
    int last = actors.numbers().getLast();
    actors.kill(last);
    CounterLoad.Result killed = refused(actors);
    long stopped = actors.process(last - 1).pid();
    signal("STOP", stopped);
    CounterLoad.Result silent;
    try {
      silent = refused(actors);
    } finally {
      signal("CONT", stopped);
    }
    boolean all503 =
        killed.others().keySet().equals(Set.of("503"))
            && silent.others().keySet().equals(Set.of("503"))
            && killed.millis().isEmpty()
            && silent.millis().isEmpty();
    return new Measured(
        "at most %s s; %s s%s"
            .formatted(
                seconds(killed.othersMillisMax() / 1e3),
                seconds(silent.othersMillisMax() / 1e3),
                all503 ? "" : "; not 503 alone: " + killed + ", " + silent),
        all503 && Math.max(killed.othersMillisMax(), silent.othersMillisMax()) <= REFUSED_MS_MAX);
  }

  /** Sends reads to some actors for a moment, and returns when the last is answered. */
  private static CounterLoad.Result refused(CounterActors actors)
      throws IOException, InterruptedException {
    List<InetSocketAddress> addresses = actors.addresses().subList(0, 3);
    try (CounterLoad reads =
        CounterLoad.closed(addresses, 1, 1, _ -> Call.consistentValue(name(0)))) {
      return reads.end();
    }
  }

  /** Sends a signal, such as {@code STOP}, to a process. */
  static void signal(String signal, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + signal + " failed for " + pid);
    }
  }

  static String seconds(double seconds) {
    return "%.2f".formatted(seconds);
  }
}
