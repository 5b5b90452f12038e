package dev.holdfast.bench;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cores of the candidates, of the load, and of the file servers, which would be other machines
 * in production. This process runs on the cores of the load.
 *
 * @param servers the candidates' cores, as taskset takes them, such as {@code 0} or {@code 0-3}
 * @param load the load's cores, in the same form
 * @param fileServers the file servers' cores, in the same form
 */
record Cores(String servers, String load, String fileServers) {
  /**
   * Gives the first half of a machine to the candidates, and the second to the load and the file
   * servers. The machine has at least two cores.
   */
  static Cores halves(int cores) {
    if (cores < 2) {
      throw new IllegalArgumentException("the candidates and the load need a core each");
    }
    int half = cores / 2;
    String second = range(half, cores - 1);
    return new Cores(range(0, half - 1), second, second);
  }

  /** Returns how many cores a list such as {@code 0,2-3} names. */
  static int count(String list) {
    return indexes(list).size();
  }

  static List<Integer> indexes(String list) {
    return Stream.of(list.split(",", -1))
        .flatMap(
            part -> {
              String[] ends = part.split("-", 2);
              int first = Integer.parseInt(ends[0].strip());
              int last = ends.length == 1 ? first : Integer.parseInt(ends[1].strip());
              return Stream.iterate(first, i -> i <= last, i -> i + 1);
            })
        .collect(Collectors.toList());
  }

  private static String range(int first, int last) {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
