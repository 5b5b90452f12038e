package dev.holdfast.cli;

import dev.holdfast.counters.http.Counters;
import dev.holdfast.fibonacci.Fibonacci;
import dev.holdfast.service.ServiceType;
import dev.holdfast.watcher.service.Watch;
import java.util.List;

/** The services besides the files and the store. A new service takes a line here. */
final class ServiceTypes {
  static final List<ServiceType<?>> ALL =
      List.of( //
          new Fibonacci(), //
          new Counters(), //
          new Watch());

  private ServiceTypes() {}
}
