package dev.holdfast.bench;

import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Sites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The process of the farm: sites on some loopback addresses, so that ports do not run out. It
 * writes the truth of each request to a file. See {@link WatchSites} for its arguments.
 */
final class WatchFarm {
  /** The site that answers at once. */
  static final String PAGE = "page";

  /** The site that answers after {@value #SLOW_MS} ms. */
  static final String SLOW = "slow";

  /** The site that accepts, and says nothing. */
  static final String SILENT = "silent";

  static final String PLAIN = "plain";
  static final String TLS = "tls";

  static final long SLOW_MS = 20;

  private static final int BODY_BYTES = 1_000;
  private static final int PEM_LINE = 64;
  private static final long FLUSH_NANOS = 100_000_000;

  private WatchFarm() {}

  /** Runs until the process is ended: count of addresses, directory, in this order. */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    int addresses = Integer.parseInt(args[0]);
    Path directory = Path.of(args[1]);
    var truth = new WatchTruth.Writer(directory.resolve(WatchSites.TRUTH));
    List<Farm> farms = new ArrayList<>();
    for (int i = 1; i <= addresses; i++) {
      farms.add(farm("127.2.0." + i, truth));
    }
    Files.writeString(directory.resolve(WatchSites.AUTHORITIES), authorities(farms));
    Path facts = directory.resolve("facts.new");
    Files.write(
        facts,
        List.of(
            PLAIN + "=" + roots(farms, farm -> farm.url("")),
            TLS + "=" + roots(farms, farm -> farm.tlsUrl(""))));
    Files.move(facts, directory.resolve(WatchSites.FACTS), StandardCopyOption.ATOMIC_MOVE);
    while (true) {
      LockSupport.parkNanos(FLUSH_NANOS);
      truth.flush();
    }
  }

  private static Farm farm(String address, WatchTruth.Writer truth)
      throws IOException, GeneralSecurityException {
    var page = Sites.page("x".repeat(BODY_BYTES));
    return Farm.start(address)
        .with(PAGE, page)
        .with(SLOW, Sites.delayed(SLOW_MS, page))
        .with(SILENT, Sites.silent())
        .telling(seen -> write(truth, seen));
  }

  private static void write(WatchTruth.Writer truth, Seen seen) {
    try {
      truth.add(WatchRequest.of(seen));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a URL of a farm. */
  private interface Root {
    URI of(Farm farm);
  }

  private static String roots(List<Farm> farms, Root root) {
    return farms.stream().map(farm -> root.of(farm).toString()).collect(Collectors.joining(","));
  }

  /** Returns the certificates of the authorities in PEM (RFC 7468). */
  private static String authorities(List<Farm> farms) throws GeneralSecurityException {
    var pem = new StringBuilder();
    var encoder = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
    for (Farm farm : farms) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(encoder.encodeToString(farm.authority().certificate().getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return pem.toString();
  }
}
