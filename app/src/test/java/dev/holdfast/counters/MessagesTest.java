package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private static final long SEED = 7;
  private static final Id ACTOR = new Id(1, -1);
  private static final CounterName NAME = SimulatedLife.name("a%2Fb%FF");

  private final Random random = new Random(SEED);

  private BigInteger amount() {
    return new BigInteger(random.nextInt(200), random);
  }

  private Range range() {
    var entries = new ArrayList<Range.Entry>();
    long sequence = 5;
    for (int i = random.nextInt(5); i > 0; i--) {
      sequence += 1 + random.nextInt(1_000);
      entries.add(new Range.Entry(NAME, amount(), sequence));
    }
    return new Range(Id.random(random), ACTOR, 5, 5 + random.nextInt(2_000), entries);
  }

  private Configuration configuration() {
    Address address = new Address("0:0:0:0:0:0:0:1", 1 + random.nextInt(65_535));
    var list = new TreeSet<>(List.of(address, new Address("10.0.0.1", 7777)));
    return Configuration.NONE
        .posted(list, Id.random(random))
        .withSeen(ACTOR, address, 1)
        .withEnded(Id.random(random), random.nextInt(9));
  }

  private List<Request> requests() {
    return List.of(
        new Request.Hello(),
        new Request.Collect(List.of(NAME, SimulatedLife.name("c"))),
        new Request.Freeze(NAME),
        new Request.Release(NAME, Id.random(random)),
        new Request.Push(List.of(range(), range()), Id.random(random), Id.random(random)),
        new Request.Pull(
            List.of(
                new Want(ACTOR, 1, 2, OptionalLong.of(3)),
                new Want(ACTOR, 0, 0, OptionalLong.empty()))),
        new Request.HandOver(ACTOR, 4, Map.of(ACTOR, 9L), List.of(range())),
        new Request.Relay(
            new Address("host", 80),
            new Message(ACTOR, ACTOR, ACTOR, Optional.empty(), new Request.Hello())));
  }

  private List<Reply.Body> bodies() {
    var share = new SlotShare(Id.random(random), ACTOR, amount(), 7, true);
    var extents = new TreeMap<>(Map.of(ACTOR, new Extent(3, 8, 12345)));
    return List.of(
        new Reply.Body.Done(),
        new Reply.Body.Differs(),
        new Reply.Body.Stranger(),
        new Reply.Body.NotNow(),
        new Reply.Body.Shares(List.of(List.of(share), List.of(), List.of(share, share))),
        new Reply.Body.Frozen(ACTOR, List.of(share, share)),
        new Reply.Body.Released(true),
        new Reply.Body.Knows(true, false, extents),
        new Reply.Body.Brought(List.of(new Part(range(), 8, false))),
        new Reply.Body.Lacks(new TreeMap<>(Map.of(ACTOR, 3L))),
        new Reply.Body.Relayed(Optional.of(reply(new Reply.Body.Done()))),
        new Reply.Body.Relayed(Optional.empty()));
  }

  private Reply reply(Reply.Body body) {
    var configuration =
        random.nextBoolean() ? Optional.of(configuration()) : Optional.<Configuration>empty();
    return new Reply(ACTOR, Id.random(random), Id.random(random), configuration, body);
  }

  @Test
  void messages_areReadAsTheyAreWritten() {
    for (int i = 0; i < 100; i++) {
      for (Request request : requests()) {
        var message =
            new Message(
                ACTOR, Id.random(random), Id.random(random), Optional.of(configuration()), request);
        assertThat(Message.read(message.toBytes())).isEqualTo(message);
      }
      for (Reply.Body body : bodies()) {
        Reply reply = reply(body);
        assertThat(Reply.read(reply.toBytes())).isEqualTo(reply);
      }
    }
  }

  /** Bytes are a message, or they are refused in one way. */
  @Test
  void bytesThatAreNoMessage_areMalformed() {
    for (int i = 0; i < 2_000; i++) {
      for (Request request : requests()) {
        byte[] bytes =
            new Message(ACTOR, ACTOR, ACTOR, Optional.of(configuration()), request).toBytes();
        byte[] other = Arrays.copyOf(bytes, random.nextInt(bytes.length + 2));
        if (other.length > 0) {
          other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        assertThatCode(
                () -> {
                  try {
                    Message.read(other);
                  } catch (MalformedException refused) {
                    // as it should be
                  }
                })
            .as("seed %d: %s", SEED, Arrays.toString(other))
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void amounts_areReadAsTheyAreWritten() {
    for (int bits = 0; bits < 14_000; bits += 1 + bits / 20) {
      for (BigInteger amount :
          List.of(
              BigInteger.ONE.shiftLeft(bits),
              BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE),
              new BigInteger(bits, random))) {
        byte[] bytes = new Output().amount(amount).octet(77).toBytes();
        var in = new Input(bytes);
        assertThat(in.amount()).isEqualTo(amount);
        assertThat(in.octet()).isEqualTo(77);
      }
    }
  }

  /** A record log takes a row of zeros for bytes that the disk has not got. */
  @Test
  void roundAmount_isNoRowOfZeros() {
    byte[] bytes = new Output().amount(BigInteger.ONE.shiftLeft(13_000)).toBytes();
    assertThat(bytes).hasSizeGreaterThan(1_000);
    assertThat(Arrays.copyOf(bytes, bytes.length - 1)).doesNotContain((byte) 0);
  }
}
