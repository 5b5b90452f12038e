package dev.holdfast.counters;

import dev.holdfast.disk.LogOwner;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state that an actor's second log keeps: shares that it has from others, and of its own slots
 * what only others knew any more.
 *
 * <p>Threading: the log calls it from its own thread; every method takes the actor's lock.
 */
final class OthersState implements LogOwner<Persist> {
  private final Serial serial;
  private final Ledger ledger;
  private final Supplier<Optional<Slot>> living;
  private final Guarded guarded;

  OthersState(Serial serial, Ledger ledger, Supplier<Optional<Slot>> living, Guarded guarded) {
    this.serial = serial;
    this.ledger = ledger;
    this.living = living;
    this.guarded = guarded;
  }

  @Override
  public void replay(byte[] record) {
    var in = new Input(record);
    Range range = Range.read(in);
    in.requireEnd();
    serial.run(
        () -> {
          ledger.merge(range);
          ledger.found(range);
        });
  }

  @Override
  public void damaged() {
    serial.run(ledger::doubt);
  }

  @Override
  public Iterable<byte[]> snapshot() {
    List<Slot> slots =
        serial.call(
            () ->
                ledger.slots().stream()
                    .filter(slot -> !living.get().equals(Optional.of(slot)))
                    .toList());
    return () -> SlotParts.of(serial, ledger.sizes(), slots).map(Range::toBytes).iterator();
  }

  @Override
  public List<byte[]> records(List<Persist> requests) {
    return requests.stream().flatMap(r -> r.ranges().stream()).map(Range::toBytes).toList();
  }

  @Override
  public void forced(List<Persist> requests) {
    serial.run(
        () -> {
          for (Persist request : requests) {
            guarded.run(() -> ledger.forced(request.ranges()));
          }
          requests.forEach(request -> guarded.run(() -> request.then().accept(true)));
        });
  }

  @Override
  public void failed(List<Persist> requests, Failure failure) {
    serial.run(() -> requests.forEach(request -> guarded.run(() -> request.then().accept(false))));
  }
}
