package dev.holdfast.watcher.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/**
 * Asks the servers one after the other, in one or two rounds. The first answer that says something
 * of the name ends it. A failure of one server is no answer.
 *
 * <p>Threading: blocks its thread.
 */
final class Rounds {
  /** With more rounds a name takes longer to fail than most checks may. */
  static final int ROUNDS_MAX = 2;

  private final List<InetSocketAddress> servers;
  private final int attemptMs;

  Rounds(List<InetSocketAddress> servers, int attemptMs) {
    this.servers = servers;
    this.attemptMs = attemptMs;
  }

  /**
   * Returns what a question came to.
   *
   * @param rounds after so many rounds at most
   * @param soFar takes the result of each round that does not end it. It takes empty when an alias
   *     is found, since its servers have said nothing yet
   */
  Found ask(Question question, int rounds, Consumer<Optional<Found>> soFar) {
    Name name;
    try {
      name = Name.fromString(question.name(), Name.root);
    } catch (TextParseException e) {
      return new Found.Nothing(true, Long.MAX_VALUE);
    }
    long ttlS = Long.MAX_VALUE;
    for (int alias = 0; alias <= Answers.ALIASES_MAX; alias++) {
      switch (ask(name, question.type(), rounds, soFar)) {
        case Answers.Read.Done(Found.Records(var addresses, var recordsTtlS)) -> {
          return new Found.Records(addresses, Math.min(ttlS, recordsTtlS));
        }
        case Answers.Read.Done(Found found) -> {
          return found;
        }
        case Answers.Read.Alias(Name target, long aliasTtlS) -> {
          name = target;
          soFar.accept(Optional.empty());
          ttlS = Math.min(ttlS, aliasTtlS);
        }
      }
    }
    return new Found.Failed(
        "more than " + Answers.ALIASES_MAX + " aliases", Optional.<Throwable>empty());
  }

  private Answers.Read ask(Name name, int type, int rounds, Consumer<Optional<Found>> soFar) {
    Found worst = new Found.Silence();
    for (int round = 0; round < rounds; round++) {
      for (InetSocketAddress server : servers) {
        try {
          Message answer = ServerCall.ask(server, query(name, type), attemptMs << round);
          Answers.Read read = Answers.read(answer, name, type);
          if (!(read instanceof Answers.Read.Done(Found.Failed failed))) {
            return read;
          }
          worst = failed;
        } catch (SocketTimeoutException silent) {
          // The next server is asked. If none answers, the result says so.
        } catch (IOException e) {
          if (!(worst instanceof Found.Failed failed && failed.isTold())) {
            worst = new Found.Failed(server + ": " + e.getMessage(), Optional.of(e));
          }
        }
      }
      soFar.accept(Optional.of(worst));
    }
    return new Answers.Read.Done(worst);
  }

  /** Every call has an id of its own: an answer to an earlier one does not count. */
  private static Message query(Name name, int type) {
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    query.getHeader().setFlag(Flags.RD);
    query.addRecord(new OPTRecord(ServerCall.DATAGRAM_BYTES_MAX, 0, 0), Section.ADDITIONAL);
    return query;
  }
}
