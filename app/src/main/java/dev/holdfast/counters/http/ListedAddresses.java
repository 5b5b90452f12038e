package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import dev.holdfast.http.Problem;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides whether a list of addresses means the same actors on every machine. A list that does not
 * would make each machine read its own counts in place of another one's.
 *
 * <p>Loopback addresses (RFC 1122, 3.2.1.3; RFC 6761, 6.3) mean the same actors on one machine
 * alone, so a list has to be of these alone, or without them. The machine behind another name is
 * not known here, so a list of such names and loopback addresses is accepted with a warning.
 */
final class ListedAddresses {
  private static final String LOCALHOST = "localhost";

  private ListedAddresses() {}

  /**
   * Refuses a list that cannot be right.
   *
   * @throws dev.holdfast.http.ProblemException 400 with the fault
   */
  static void require(Collection<Address> list) {
    any(list, address -> literal(address).filter(InetAddress::isAnyLocalAddress).isPresent())
        .ifPresent(
            wildcard -> {
              throw bad(
                  wildcard + " is every address of a machine: name one that all others reach");
            });
    Optional<Address> loopback = any(list, ListedAddresses::isLoopback);
    Optional<Address> other =
        any(list, address -> !isLoopback(address) && literal(address).isPresent());
    if (loopback.isPresent() && other.isPresent()) {
      throw bad(
          loopback.get()
              + " is another actor on each machine, and "
              + other.get()
              + " is one for all: a list has loopback addresses alone, or none");
    }
  }

  /** Returns warnings about a list that may be wrong, each a sentence. */
  static List<String> warnings(Collection<Address> list) {
    Optional<Address> loopback = any(list, ListedAddresses::isLoopback);
    Optional<Address> name = any(list, address -> !isLoopback(address));
    return loopback.isPresent() && name.isPresent()
        ? List.of(
            loopback.get()
                + " is another actor on each machine: "
                + name.get()
                + " has to be this machine, too")
        : List.of();
  }

  private static Optional<Address> any(Collection<Address> list, Predicate<Address> isSo) {
    return list.stream().filter(isSo).findFirst();
  }

  private static boolean isLoopback(Address address) {
    return address.host().equals(LOCALHOST)
        || address.host().endsWith("." + LOCALHOST)
        || literal(address).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  private static Optional<InetAddress> literal(Address address) {
    return OwnAddresses.isLiteral(address.host())
        ? Optional.of(OwnAddresses.literal(address.host()))
        : Optional.empty();
  }

  private static RuntimeException bad(String fault) {
    return Problem.of(400, fault).asException();
  }
}
