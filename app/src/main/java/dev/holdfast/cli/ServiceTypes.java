package dev.holdfast.cli;

import dev.holdfast.fibonacci.Fibonacci;
import dev.holdfast.service.ServiceType;
import java.util.List;

/** The services that there are besides the files and the store. A new one takes a line here. */
final class ServiceTypes {
  static final List<ServiceType<?>> ALL =
      List.of( //
          new Fibonacci());

  private ServiceTypes() {}
}
