package dev.holdfast.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that count, in the order of the table. */
enum CounterSystem {
  HOLDFAST("Holdfast"),
  PEKKO_DURABLE("Pekko Distributed Data, durable by LMDB"),
  PEKKO_MEMORY("Pekko Distributed Data, in memory");

  private final String title;

  CounterSystem(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /**
   * Returns the command of one process.
   *
   * @param number which one, from 1
   * @param count how many there are
   * @param data the directory of all of them
   */
  List<String> command(CounterPlan plan, int number, int count, Path data) {
    String host = CounterActors.host(number);
    String port = Integer.toString(CounterActors.PORT);
    if (this == HOLDFAST) {
      return List.of(
          plan.project().resolve("app/bin/holdfast").toString(),
          "counters",
          "--id",
          Integer.toString(number),
          "--host",
          host,
          "--port",
          port,
          "--data-dir",
          data.toString());
    }
    List<String> options =
        new ArrayList<>(
            List.of(
                // LMDB's library looks into buffers.
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    options.addAll(plan.jvm());
    return JavaCommand.of(
        options,
        PekkoActor.class,
        host,
        port,
        Integer.toString(count),
        data.resolve(Integer.toString(number)).toString(),
        this == PEKKO_DURABLE ? "durable" : "memory");
  }
}
