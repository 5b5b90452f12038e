package dev.holdfast.watcher.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Reads what a server answered. */
final class Answers {
  /** How many aliases lead from a name to its addresses at most. */
  static final int ALIASES_MAX = 16;

  /** How many addresses of one answer are taken. */
  static final int ADDRESSES_MAX = 64;

  private Answers() {}

  /** An answer: what was found, or the alias whose addresses the answer does not have. */
  sealed interface Read {
    record Done(Found found) implements Read {}

    record Alias(Name target, long ttlS) implements Read {}
  }

  /**
   * Reads an answer. Only records that the chain of aliases from the question leads to are taken.
   */
  static Read read(Message answer, Name asked, int type) {
    int code = answer.getHeader().getRcode();
    if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
      return new Read.Done(new Found.Failed(Rcode.string(code), Optional.empty()));
    }
    List<Record> records = answer.getSection(Section.ANSWER);
    Name name = asked;
    long ttlS = Long.MAX_VALUE;
    int aliases = 0;
    for (Optional<CNAMERecord> alias = alias(records, name);
        alias.isPresent();
        alias = alias(records, name)) {
      aliases++;
      if (aliases > ALIASES_MAX) {
        return new Read.Done(
            new Found.Failed("more than " + ALIASES_MAX + " aliases", Optional.empty()));
      }
      ttlS = Math.min(ttlS, alias.get().getTTL());
      name = alias.get().getTarget();
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (Record record : records) {
      if (record.getName().equals(name) && addresses.size() < ADDRESSES_MAX) {
        Optional<InetAddress> address = address(record, type);
        if (address.isPresent()) {
          addresses.add(address.get());
          ttlS = Math.min(ttlS, record.getTTL());
        }
      }
    }
    if (!addresses.isEmpty()) {
      return new Read.Done(new Found.Records(addresses, ttlS));
    }
    long nothingS = Math.min(ttlS, negativeTtlS(answer));
    return aliases > 0 && code == Rcode.NOERROR && !hasAuthority(answer)
        ? new Read.Alias(name, ttlS)
        : new Read.Done(new Found.Nothing(code == Rcode.NXDOMAIN, nothingS));
  }

  private static Optional<CNAMERecord> alias(List<Record> records, Name name) {
    for (Record record : records) {
      if (record instanceof CNAMERecord alias && alias.getName().equals(name)) {
        return Optional.of(alias);
      }
    }
    return Optional.empty();
  }

  private static Optional<InetAddress> address(Record record, int type) {
    return switch (record) {
      case ARecord a when type == Type.A -> Optional.of(a.getAddress());
      case AAAARecord aaaa when type == Type.AAAA -> Optional.of(aaaa.getAddress());
      default -> Optional.empty();
    };
  }

  /** A server that says "no" with authority, and not just less than it knows. */
  private static boolean hasAuthority(Message answer) {
    return answer.getSection(Section.AUTHORITY).stream().anyMatch(SOARecord.class::isInstance);
  }

  /** Returns how long "no" holds, in s (RFC 2308 section 5). */
  private static long negativeTtlS(Message answer) {
    for (Record record : answer.getSection(Section.AUTHORITY)) {
      if (record instanceof SOARecord soa) {
        return Math.min(soa.getTTL(), soa.getMinimum());
      }
    }
    return 0;
  }
}
