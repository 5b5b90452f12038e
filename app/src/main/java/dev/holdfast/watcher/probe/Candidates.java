package dev.holdfast.watcher.probe;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The addresses of a site in the order in which they are tried: the families in turn. */
final class Candidates {
  /** The most addresses that are tried. */
  static final int TRIED_MAX = 4;

  private Candidates() {}

  /** Returns the addresses to try, IPv6 first. */
  static List<InetAddress> of(List<InetAddress> addresses) {
    List<InetAddress> six = new ArrayList<>();
    List<InetAddress> four = new ArrayList<>();
    for (InetAddress address : addresses) {
      (address instanceof Inet6Address ? six : four).add(address);
    }
    List<InetAddress> inTurn = new ArrayList<>();
    for (int i = 0; i < Math.max(six.size(), four.size()); i++) {
      if (i < six.size()) {
        inTurn.add(six.get(i));
      }
      if (i < four.size()) {
        inTurn.add(four.get(i));
      }
    }
    return List.copyOf(inTurn.subList(0, Math.min(TRIED_MAX, inTurn.size())));
  }
}
