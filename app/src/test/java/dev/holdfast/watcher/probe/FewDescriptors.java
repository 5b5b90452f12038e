package dev.holdfast.watcher.probe;

import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** A program that takes all descriptors that it may have, and makes checks without any. */
final class FewDescriptors {
  private FewDescriptors() {}

  /** Prints the outcome and the reason of each check. */
  public static void main(String[] arguments) throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture.farm.with("page", Sites.page("hello"));
      fixture.dns.with("one.test", 60, "127.0.0.1").with("two.test", 60, "127.0.0.1");
      // The classes that failures need are files, too.
      Faults.of(Marks.Stage.CONNECT, new SocketException("Too many open files"));
      print("before", fixture.check(Ask.of(fixture.farm.url("one.test", "page"))));

      List<FileInputStream> taken = take();
      Measured byAddress = fixture.check(Ask.of(fixture.farm.url("page")));
      Measured byName = fixture.check(Ask.of(fixture.farm.url("two.test", "page")));
      for (FileInputStream file : taken) {
        file.close();
      }

      print("by address", byAddress);
      print("by name", byName);
      print("after", fixture.check(Ask.of(fixture.farm.url("page"))));
    }
  }

  private static List<FileInputStream> take() {
    List<FileInputStream> taken = new ArrayList<>();
    while (true) {
      try {
        taken.add(new FileInputStream("/dev/null"));
      } catch (IOException none) {
        return taken;
      }
    }
  }

  private static void print(String when, Measured measured) {
    System.out.println(when + ": " + measured.outcome() + " " + measured.reason());
  }
}
