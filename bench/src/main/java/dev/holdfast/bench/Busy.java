package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How busy some cores have been, from {@code /proc/stat}. A load without a free core measures
 * itself.
 *
 * @param idleTicks the idle ticks of these cores together, since boot
 * @param ticks all ticks of these cores together, since boot
 */
record Busy(long idleTicks, long ticks) {
  private static final Path STAT = Path.of("/proc/stat");
  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;
  private static final int COUNTED = 8; // guest time follows, and user time contains it already

  static Busy now(String cores) throws IOException {
    return of(Files.readAllLines(STAT), Cores.indexes(cores));
  }

  static Busy of(List<String> stat, List<Integer> cores) {
    long idle = 0;
    long all = 0;
    for (String line : stat) {
      String[] fields = line.split("\\s+", -1);
      if (fields[0].matches("cpu\\d+")
          && cores.contains(Integer.valueOf(fields[0].substring("cpu".length())))) {
        long[] ticks =
            Stream.of(fields).skip(1).limit(COUNTED).mapToLong(Long::parseLong).toArray();
        idle += ticks[IDLE] + ticks[IO_WAIT];
        for (long t : ticks) {
          all += t;
        }
      }
    }
    return new Busy(idle, all);
  }

  /** Returns the share of their time that the cores were busy since then, from 0 to 1. */
  double shareSince(Busy then) {
    long passed = ticks - then.ticks;
    return passed == 0 ? 0 : 1 - (double) (idleTicks - then.idleTicks) / passed;
  }
}
