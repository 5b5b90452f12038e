package dev.holdfast.watchdb;

import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Sites on loopback, seven in ten healthy and the others with faults, and a list of them. */
final class TryoutSites implements AutoCloseable {
  private static final int FARMS = 4;
  private static final int FLAP_MS = 15_000;
  private static final int BOMB_MB = 20;
  private static final int PEM_LINE = 64;

  private static final List<String> HEALTHY =
      List.of(
          "page", "slow20", "slow80", "slow200", "gzip", "chunks", "redirect", "hints", "https");
  private static final List<String> FAULTY =
      List.of(
          "e500",
          "gone",
          "silent",
          "cut",
          "short",
          "nothing",
          "garbage",
          "loop",
          "bomb",
          "drip",
          "flap",
          "busy",
          "broken",
          "expired",
          "unknown",
          "ends-soon",
          "no-name");

  private final List<Farm> farms;
  private final DnsFarm dns;
  private final int count;

  private TryoutSites(List<Farm> farms, DnsFarm dns, int count) {
    this.farms = List.copyOf(farms);
    this.dns = dns;
    this.count = count;
  }

  /**
   * Starts the sites.
   *
   * @param count how many endpoints the list has
   */
  static TryoutSites start(int count) throws IOException, GeneralSecurityException {
    List<Farm> farms = new ArrayList<>();
    DnsFarm dns = DnsFarm.start();
    for (int i = 0; i < FARMS; i++) {
      Farm farm = Farm.start("127.1.0." + (i + 1));
      fill(farm);
      farms.add(farm);
    }
    for (Farm.Name name : Farm.Name.values()) {
      dns.with(name.host(), 60, farms.getFirst().address().getHostAddress());
    }
    return new TryoutSites(farms, dns, count);
  }

  private static void fill(Farm farm) {
    var page = Sites.page("<p>all is well</p>");
    farm.with("page", page)
        .with("https", page)
        .with("slow20", Sites.delayed(20, page))
        .with("slow80", Sites.delayed(80, page))
        .with("slow200", Sites.delayed(200, page))
        .with("gzip", Sites.gzip("<p>all is well</p>".getBytes(StandardCharsets.UTF_8)))
        .with("chunks", Sites.chunks("<p>all is", " well</p>"))
        .with("redirect", Sites.redirect(302, "/page"))
        .with("hints", Sites.earlyHints("<p>all is well</p>"))
        .with("e500", Sites.status(500, ""))
        .with("gone", Sites.status(404, ""))
        .with("silent", Sites.silent())
        .with("cut", Sites.cut())
        .with("short", Sites.tooLongLength())
        .with("nothing", Sites.nothing())
        .with("garbage", Sites.garbage())
        .with("loop", Sites.redirect(302, "/loop"))
        .with("bomb", Sites.bomb(BOMB_MB))
        .with("drip", Sites.dripping(100))
        .with("flap", Sites.flapping(FLAP_MS))
        .with("busy", Sites.status(429, "Retry-After: 5\r\n"))
        .with("broken", Sites.page("<p>Internal Error</p>"));
  }

  /** Returns a line on them. */
  String summary() {
    return "sites: %d endpoints on 127.1.0.1 to 127.1.0.%d, each every 5 s; %d of them have faults"
        .formatted(count, FARMS, faults());
  }

  private long faults() {
    long faults = 0;
    for (int i = 0; i < count; i++) {
      faults += isFaulty(i) ? 1 : 0;
    }
    return faults;
  }

  private static boolean isFaulty(int index) {
    return index % 10 >= 7;
  }

  /** Returns the list of endpoints, for {@code holdfast watch apply}. */
  String list() {
    var list = new StringBuilder("defaults: {interval: 5s, timeout: 2s}\nendpoints:\n");
    int healthy = 0;
    int faulty = 0;
    for (int i = 0; i < count; i++) {
      String site =
          isFaulty(i)
              ? FAULTY.get(faulty++ % FAULTY.size())
              : HEALTHY.get(healthy++ % HEALTHY.size());
      list.append("- {id: '%s-%d', url: '%s'%s}%n".formatted(site, i, url(site, i), expect(site)));
    }
    return list.toString();
  }

  private static String expect(String site) {
    return switch (site) {
      case "broken" -> ", expect: {must_not: '(?i)internal error'}";
      case "page", "gzip", "chunks", "redirect", "hints" -> ", expect: {must: 'all\\s+is\\s+well'}";
      default -> "";
    };
  }

  private String url(String site, int index) {
    Farm farm = farms.getFirst();
    return switch (site) {
      case "https" -> farm.tlsUrl(Farm.Name.GOOD, site).toString();
      case "expired" -> farm.tlsUrl(Farm.Name.EXPIRED, "page").toString();
      case "unknown" -> farm.tlsUrl(Farm.Name.UNKNOWN, "page").toString();
      case "ends-soon" -> farm.tlsUrl(Farm.Name.ENDS_SOON, "page").toString();
      case "no-name" -> "http://no-such-name.test/";
      default -> farms.get(index % FARMS).url(site).toString();
    };
  }

  /** Returns the certificates of their authorities in PEM (RFC 7468). */
  String authorities() throws GeneralSecurityException {
    var pem = new StringBuilder();
    var encoder = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
    for (X509Certificate certificate :
        farms.stream().map(farm -> farm.authority().certificate()).collect(Collectors.toList())) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(encoder.encodeToString(certificate.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return pem.toString();
  }

  /** Returns the server that knows their names, as an option takes it. */
  String dnsServer() {
    InetSocketAddress address = dns.address();
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  @Override
  public void close() throws IOException {
    for (Farm farm : farms) {
      farm.close();
    }
    dns.close();
  }
}
