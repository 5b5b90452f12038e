package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.bench.Exchange.Answer;
import dev.holdfast.testkit.Bodies;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The challenge's requests: 75 GETs to one PUT to one DELETE of existing names, and chains that put
 * a name, read it, delete it and find it gone. A deleted name is replaced by a new one. Compares
 * every body with those that may be there.
 */
final class ChallengeMix {
  static final String PATH = "/api/fileserver/";
  private static final int GETS = 75;
  private static final int MIX = GETS + 2;
  private static final int DRAWS = 10;
  private static final int CREATED = 201;
  private static final int OK = 200;
  private static final int ABSENT = 404;

  private final ExchangeLoop loop;
  private final String headers;
  private final Random random;
  private final int wanted;
  private final int chainsPerThousand;
  private final int bytes;
  private final long writer;
  private final List<ChallengeName> names = new ArrayList<>();
  private int creating;
  private int numbered;

  /**
   * @param host for the header {@code Host}
   * @param share true to keep connections
   * @param wanted how many names shall exist
   * @param bytes of a body, at least {@link Bodies#lengthMin}
   * @param random draws requests, and the names' beginning
   */
  ChallengeMix(
      ExchangeLoop loop,
      String host,
      boolean share,
      int wanted,
      int chainsPerThousand,
      int bytes,
      Random random) {
    this.loop = loop;
    this.headers = " HTTP/1.1\r\nHost: " + host + "\r\n" + (share ? "" : "Connection: close\r\n");
    this.random = random;
    this.wanted = wanted;
    this.chainsPerThousand = chainsPerThousand;
    this.bytes = bytes;
    this.writer = random.nextLong();
  }

  /** Returns how many names exist. */
  int names() {
    return names.size();
  }

  /** Sends the next request of the mix, which was due then. */
  void next(ChallengeTally tally, long due) {
    if (random.nextInt(1000) < chainsPerThousand) {
      chain(tally, due);
      return;
    }
    int drawn = random.nextInt(MIX);
    if (names.isEmpty() || names.size() + creating < wanted) {
      create(tally, due);
      return;
    }
    ChallengeName name = names.get(random.nextInt(names.size()));
    for (int i = 0; drawn >= GETS && name.isWriting() && i < DRAWS; i++) {
      name = names.get(random.nextInt(names.size()));
    }
    if (drawn < GETS || name.isWriting()) {
      get(name, tally, due, () -> {});
    } else if (drawn == GETS) {
      put(name, tally, due, () -> {});
    } else {
      remove(name);
      delete(name, tally, due, () -> {});
    }
  }

  /** Creates a name. */
  void create(ChallengeTally tally, long due) {
    creating++;
    ChallengeName name = newName();
    put(name, tally, due, () -> names.add(name), () -> creating--);
  }

  private void chain(ChallengeTally tally, long due) {
    ChallengeName name = newName();
    put(
        name,
        tally,
        due,
        () ->
            get(
                name,
                tally,
                System.nanoTime(),
                () -> delete(name, tally, System.nanoTime(), () -> gone(name, tally))));
  }

  private void gone(ChallengeName name, ChallengeTally tally) {
    long due = tally.sent(System.nanoTime());
    loop.send(
        request("GET", name, null),
        answer -> {
          switch (answer.status()) {
            case ABSENT -> tally.right(due, System.nanoTime(), true);
            case OK -> tally.invalid(due, name.text + " is there after its DELETE");
            default -> tally.failed(due, why(answer));
          }
        });
  }

  private void put(ChallengeName name, ChallengeTally tally, long due, Runnable then) {
    put(name, tally, due, then, () -> {});
  }

  private void put(
      ChallengeName name, ChallengeTally tally, long dueNanos, Runnable then, Runnable always) {
    byte[] body = Bodies.make(name.text, writer, numbered++, bytes);
    long due = tally.sent(dueNanos);
    name.putSent(body);
    loop.send(
        request("PUT", name, body),
        answer -> {
          always.run();
          if (answer.status() == CREATED || answer.status() == OK || answer.status() == 204) {
            tally.right(due, System.nanoTime(), false);
            name.putAcknowledged();
            then.run();
          } else {
            remove(name);
            tally.failed(due, why(answer));
          }
        });
  }

  private void delete(ChallengeName name, ChallengeTally tally, long dueNanos, Runnable then) {
    long due = tally.sent(dueNanos);
    name.deleteSent();
    loop.send(
        request("DELETE", name, null),
        answer -> {
          if (answer.status() >= 200 && answer.status() < 300) {
            tally.right(due, System.nanoTime(), false);
            then.run();
          } else {
            tally.failed(due, why(answer));
          }
        });
  }

  private void get(ChallengeName name, ChallengeTally tally, long dueNanos, Runnable then) {
    long due = tally.sent(dueNanos);
    int floor = name.readSent();
    loop.send(
        request("GET", name, null),
        answer -> {
          boolean right =
              switch (answer.status()) {
                case OK -> name.isRight(floor, answer.body());
                case ABSENT -> name.isAbsenceRight();
                default -> {
                  name.readGivenUp();
                  yield false;
                }
              };
          if (right) {
            tally.right(due, System.nanoTime(), true);
            then.run();
          } else if (answer.status() == OK || answer.status() == ABSENT) {
            tally.invalid(due, name.text + ": wrong bytes with status " + answer.status());
          } else {
            tally.failed(due, why(answer));
          }
        });
  }

  private void remove(ChallengeName name) {
    int index = names.indexOf(name);
    if (index >= 0) {
      ChallengeName last = names.removeLast();
      if (index < names.size()) {
        names.set(index, last);
      }
    }
  }

  private ChallengeName newName() {
    return new ChallengeName("c%016x-%d".formatted(writer, numbered++));
  }

  private ByteBuffer request(String method, ChallengeName name, byte[] body) {
    String length = body == null ? "" : "Content-Length: " + body.length + "\r\n";
    byte[] header =
        (method + " " + PATH + name.text + headers + length + "\r\n").getBytes(US_ASCII);
    if (body == null) {
      return ByteBuffer.wrap(header);
    }
    byte[] whole = Arrays.copyOf(header, header.length + body.length);
    System.arraycopy(body, 0, whole, header.length, body.length);
    return ByteBuffer.wrap(whole);
  }

  private static String why(Answer answer) {
    return answer.status() == 0 ? answer.failure() : "status " + answer.status();
  }
}
