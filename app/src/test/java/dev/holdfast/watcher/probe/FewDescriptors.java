package dev.holdfast.watcher.probe;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program that takes all descriptors that it may have, and makes checks without any. */
final class FewDescriptors {
  private FewDescriptors() {}

  /** Prints the outcome and the reason of each check. */
  public static void main(String[] arguments) throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture.farm.with("page", Sites.page("hello"));
      fixture.dns.with("one.test", 60, "127.0.0.1").with("two.test", 60, "127.0.0.1");
      loadAll();
      Faults.of(Marks.Stage.CONNECT, new SocketException("Too many open files"));
      print("before", fixture.check(Ask.of(fixture.farm.url("one.test", "page"))));

      List<FileInputStream> taken = new ArrayList<>();
      Measured byAddress = checkWithoutAny(fixture, fixture.farm.url("page"), taken);
      Measured byName = checkWithoutAny(fixture, fixture.farm.url("two.test", "page"), taken);
      for (FileInputStream file : taken) {
        file.close();
      }

      print("by address", byAddress);
      print("by name", byName);
      print("after", fixture.check(Ask.of(fixture.farm.url("page"))));
    }
  }

  /**
   * Takes all descriptors and makes a check. Another thread may give one back just then: the check
   * connects with it, and the site has none to answer with. Then it is made again.
   */
  private static Measured checkWithoutAny(
      ProbeFixture fixture, URI url, List<FileInputStream> taken) throws Exception {
    List<Measured> checks = new ArrayList<>();
    Await.until(
        "no descriptor is left",
        () -> {
          take(taken);
          checks.add(fixture.check(Ask.of(url).timeoutMs(2_000)));
          return checks.getLast().outcome() == Outcome.AGENT;
        });
    return checks.getLast();
  }

  /** Loads the classes of the engine: outside of a jar each is a file, which needs a descriptor. */
  private static void loadAll() throws Exception {
    Path root = Path.of(Probe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path watcher = root.resolve("dev").resolve("holdfast").resolve("watcher");
    if (!Files.isDirectory(watcher)) {
      return;
    }
    try (Stream<Path> files = Files.walk(watcher)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class.forName(
            name.substring(0, name.length() - ".class".length()),
            false,
            FewDescriptors.class.getClassLoader());
      }
    }
  }

  /** Takes all descriptors that are free. */
  private static void take(List<FileInputStream> taken) {
    while (true) {
      try {
        taken.add(new FileInputStream("/dev/null"));
      } catch (IOException none) {
        return;
      }
    }
  }

  private static void print(String when, Measured measured) {
    System.out.println(when + ": " + measured.outcome() + " " + measured.reason());
  }
}
