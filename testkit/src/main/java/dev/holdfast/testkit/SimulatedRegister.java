package dev.holdfast.testkit;

import static java.util.Comparator.comparingLong;

import dev.holdfast.testkit.Operation.Action;
import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.Put;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes histories of a truly atomic register. Each operation takes effect at one random instant
 * between its invocation and its return.
 */
final class SimulatedRegister {
  private final Random random;
  private final Mix mix;

  /** The shares of the operations, of 1 in all. The rest are PUTs. */
  record Mix(double reads, double deletes, double unknown) {}

  private record Effect(long atNs, int client, Kind kind, long invokedNs, long returnedNs) {}

  private enum Kind {
    PUT,
    DELETE,
    GET
  }

  SimulatedRegister(Random random, Mix mix) {
    this.random = random;
    this.mix = mix;
  }

  /** Returns a history of a name that was absent at first. */
  List<Operation> history(int clients, int operationsPerClient) {
    List<Effect> effects = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      addCalls(client, operationsPerClient, effects);
    }
    effects.sort(comparingLong(Effect::atNs));
    return takeEffect(effects);
  }

  private void addCalls(int client, int count, List<Effect> effects) {
    long nowNs = 0;
    for (int i = 0; i < count; i++) {
      long invokedNs = nowNs + delayNs();
      long atNs = invokedNs + delayNs();
      nowNs = atNs + delayNs();
      Kind kind = kind();
      if (kind == Kind.GET || random.nextDouble() >= mix.unknown) {
        effects.add(new Effect(atNs, client, kind, invokedNs, nowNs));
      } else {
        effects.add(new Effect(lateOrNever(atNs), client, kind, invokedNs, Operation.NEVER));
      }
    }
  }

  private Kind kind() {
    double share = random.nextDouble();
    if (share < mix.reads) {
      return Kind.GET;
    }
    return share < mix.reads + mix.deletes ? Kind.DELETE : Kind.PUT;
  }

  private long delayNs() {
    return random.nextInt(1_000);
  }

  private long lateOrNever(long atNs) {
    return random.nextBoolean() ? Operation.NEVER : atNs + random.nextInt(20_000);
  }

  private static List<Operation> takeEffect(List<Effect> effects) {
    List<Operation> operations = new ArrayList<>();
    String value = null;
    for (Effect effect : effects) {
      Action action =
          switch (effect.kind) {
            case PUT -> new Put("v" + operations.size());
            case DELETE -> new Delete();
            case GET -> value == null ? new GotAbsent() : new Got(value);
          };
      operations.add(new Operation(effect.client, action, effect.invokedNs, effect.returnedNs));
      if (action instanceof Put(String written)) {
        value = written;
      } else if (action instanceof Delete) {
        value = null;
      }
    }
    return operations;
  }
}
