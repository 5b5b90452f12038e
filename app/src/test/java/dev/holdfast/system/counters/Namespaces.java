package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * A network of namespaces of this machine, on one bridge. Actor n has the address 10.77.0.n in the
 * namespace holdfast-n. Firewall rules of the namespaces cut links; the tests' own side reaches all
 * of them always. The bridge has a namespace of its own: in that of the machine, the firewall rules
 * of a Docker Engine may drop what it forwards. Needs root, {@code ip} and {@code iptables}.
 */
final class Namespaces implements AutoCloseable {
  private static final String SWITCH = "holdfast-switch";
  private static final String OWN_LINK = "holdfast-own";
  private static final String NET = "10.77.0.";
  private static final int OWN = 254;

  private final Path directory;
  private final int count;

  private Namespaces(Path directory, int count) {
    this.directory = directory;
    this.count = count;
  }

  /** Makes them. Those of an earlier run that was killed are removed. */
  static Namespaces make(Path directory, int count) throws Exception {
    var made = new Namespaces(directory, count);
    made.remove();
    var script = new ArrayList<String>();
    script.add("ip netns add " + SWITCH);
    script.add("ip -n " + SWITCH + " link add bridge type bridge");
    script.add("ip -n " + SWITCH + " link set bridge up");
    script.add("ip link add " + OWN_LINK + " type veth peer name own netns " + SWITCH);
    script.add("ip -n " + SWITCH + " link set own master bridge up");
    script.add("ip addr add " + NET + OWN + "/24 dev " + OWN_LINK);
    script.add("ip link set " + OWN_LINK + " up");
    for (int id = 1; id <= count; id++) {
      String name = name(id);
      script.add("ip netns add " + name);
      script.add(
          "ip -n " + SWITCH + " link add " + link(id) + " type veth peer name eth0 netns " + name);
      script.add("ip -n " + SWITCH + " link set " + link(id) + " master bridge up");
      script.add("ip -n " + name + " addr add " + host(id) + "/24 dev eth0");
      script.add("ip -n " + name + " link set eth0 up");
      script.add("ip -n " + name + " link set lo up");
    }
    made.run(script);
    return made;
  }

  private void remove() throws IOException, InterruptedException {
    var script = new ArrayList<String>();
    script.add("ip link del " + OWN_LINK + " 2>/dev/null || true");
    script.add("ip netns del " + SWITCH + " 2>/dev/null || true");
    for (int id = 1; id <= count; id++) {
      script.add("ip netns del " + name(id) + " 2>/dev/null || true");
    }
    run(script);
  }

  static String host(int id) {
    return NET + id;
  }

  /**
   * Returns how a command in the namespace of an actor begins. The process is the command itself.
   */
  static List<String> enter(int id) {
    return List.of("ip", "netns", "exec", name(id));
  }

  private static String name(int id) {
    return "holdfast-" + id;
  }

  private static String link(int id) {
    return "link" + id;
  }

  /**
   * Cuts links, after all earlier cuts were healed.
   *
   * @param verdict what the rules do, such as {@code DROP}, or {@code REJECT}
   * @param cut takes the actor that sends, and the one that gets
   */
  void cut(String verdict, BiPredicate<Integer, Integer> cut) throws Exception {
    var script = healing();
    for (int to = 1; to <= count; to++) {
      for (int from = 1; from <= count; from++) {
        if (from != to && cut.test(from, to)) {
          script.add(
              "ip netns exec "
                  + name(to)
                  + " iptables -A INPUT -s "
                  + host(from)
                  + " -j "
                  + verdict);
        }
      }
    }
    run(script);
  }

  /** Takes an interface down, so that its actor reaches nobody and nobody reaches it. */
  void down(int id) throws Exception {
    run(List.of("ip -n " + name(id) + " link set eth0 down"));
  }

  /** Heals everything. */
  void heal() throws Exception {
    run(healing());
  }

  private List<String> healing() {
    var script = new ArrayList<String>();
    for (int id = 1; id <= count; id++) {
      script.add("ip netns exec " + name(id) + " iptables -F INPUT");
      script.add("ip -n " + name(id) + " link set eth0 up");
    }
    return script;
  }

  private void run(List<String> script) throws IOException, InterruptedException {
    Program.Result result =
        Program.run(directory, Map.of(), List.of("sh", "-ec", String.join("\n", script)));
    assertThat(result.code()).as(result.output()).isZero();
  }

  @Override
  public void close() throws IOException {
    try {
      remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the namespaces may be left");
    }
  }
}
