package dev.holdfast.bench;

import dev.holdfast.testkit.CuttingProxy;
import dev.holdfast.testkit.Links;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Proxies by which alone actors reach each other, and which cut them in two halves. */
final class CounterCuts implements AutoCloseable {
  private static final int PORT = CounterActors.PORT - 1;

  private final Links links = new Links();
  private final List<CuttingProxy> proxies = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>();

  /** Starts the proxies of these actors. */
  void start(List<Integer> actors) throws IOException {
    for (int number : actors) {
      // An actor's messages come from the address that it listens on.
      proxies.add(
          new CuttingProxy(
              links,
              number,
              new InetSocketAddress(CounterActors.host(number), PORT),
              CounterActors.address(number),
              accepted -> OptionalInt.of(accepted.getInetAddress().getAddress()[3])));
      numbers.add(number);
    }
  }

  /** Returns the addresses of the actors in a configuration. */
  List<String> addresses() {
    return numbers.stream().map(number -> CounterActors.host(number) + ":" + PORT).toList();
  }

  /** Returns the actors of the first half. */
  List<Integer> firstHalf() {
    return numbers.subList(0, numbers.size() / 2);
  }

  /** Returns the actors of the second half. */
  List<Integer> secondHalf() {
    return numbers.subList(numbers.size() / 2, numbers.size());
  }

  /** Lets nothing through from one half to the other, as a firewall that drops. */
  void cut() {
    links.set(
        numbers.size(),
        new Links.Fate.Silent(),
        (from, to) -> firstHalf().contains(from) != firstHalf().contains(to));
  }

  void heal() {
    links.heal();
  }

  @Override
  public void close() throws IOException {
    for (CuttingProxy proxy : proxies) {
      proxy.close();
    }
  }
}
