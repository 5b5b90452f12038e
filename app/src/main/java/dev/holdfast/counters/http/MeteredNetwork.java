package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import dev.holdfast.counters.Network;
import java.util.function.Consumer;

/** Counts the requests to other actors and their bytes. */
record MeteredNetwork(Network network, CounterMeters meters) implements Network {
  @Override
  public void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then) {
    network.ask(
        to,
        request,
        timeoutMs,
        outcome -> {
          switch (outcome) {
            case Outcome.Replied replied -> meters.answered(request.length, replied.reply().length);
            case Outcome.Refused _ -> meters.notAnswered(request.length, true);
            case Outcome.Silent _ -> meters.notAnswered(request.length, false);
          }
          then.accept(outcome);
        });
  }

  @Override
  public boolean isOwn(Address address) {
    return network.isOwn(address);
  }

  @Override
  public boolean isSurelyOwn(Address address) {
    return network.isSurelyOwn(address);
  }
}
