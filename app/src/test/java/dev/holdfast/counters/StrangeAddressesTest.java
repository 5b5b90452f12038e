package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.SimulatedWorld.Machine;
import java.util.ArrayList;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Addresses that come and go, as those of the configurations of years. */
class StrangeAddressesTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  private static final int MANY = 40_000;
  private static final CounterName X = SimulatedLife.name("x");

  private final Serial serial = new Serial();
  private final Guarded guarded = new Guarded(() -> {});
  private final Clock clock = clock();

  /** Returns the clock of a simulated world, which stands still. */
  private static Clock clock() {
    Machine machine = new SimulatedWorld(1).add();
    machine.start();
    return machine.process;
  }

  /** A network in which nobody listens. */
  private static final class Empty implements Network {
    @Override
    public void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then) {
      then.accept(new Outcome.Refused());
    }

    @Override
    public boolean isOwn(Address address) {
      return false;
    }

    @Override
    public boolean isSurelyOwn(Address address) {
      return false;
    }
  }

  private static final class Unheard implements OwnState.Listener {
    @Override
    public void counted() {}

    @Override
    public void configured() {}
  }

  private static Address address(int number) {
    return new Address("actor-" + number + ".example", 7777);
  }

  @Test
  void actorsThatWereAsked_andAreNamedNowhere_areNotRememberedForEver() {
    var random = new Random(1);
    var own =
        new OwnState(
            serial,
            random,
            new Ledger(Sizes.DEFAULT),
            new Keys(1, 1, clock),
            new Unheard(),
            guarded);
    var network = new Empty();
    var membership = new Membership(Id.random(random), own, network, clock, guarded);
    var asker = new Asker(serial, membership, network, clock, random, guarded);
    var collects = new Collects(asker, membership::isSelf, guarded);
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < MANY; i++) {
      collects.collect(address(i), X, () -> false, answers::add);
      assertThat(membership.peerCount()).isLessThanOrEqualTo(Membership.PEERS_SPARE);
      assertThat(collects.lineCount()).isLessThanOrEqualTo(Collects.LINES_SPARE);
    }
    assertThat(answers).hasSize(MANY).containsOnly(new Answer.NotReached(true));
  }
}
