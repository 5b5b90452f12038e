package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.service.Configured;
import dev.holdfast.service.NginxPart;
import dev.holdfast.service.ServiceOptions;
import dev.holdfast.service.ServiceType;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The options of all services that run in the sidecars, for the commands that start one. */
final class HostedOptions {
  private final List<Hosted<?>> hosted = new ArrayList<>();

  private record Hosted<C>(ServiceType<C> type, ServiceOptions<C> options) {
    static <C> Hosted<C> of(ServiceType<C> type) {
      return new Hosted<>(type, type.options());
    }

    Configured<C> configured() throws BadOptionException {
      return new Configured<>(type, checked(options::config));
    }
  }

  HostedOptions(List<ServiceType<?>> types) {
    for (ServiceType<?> type : types) {
      if (type.isInSidecars()) {
        hosted.add(Hosted.of(type));
      }
    }
  }

  /** Adds the options to a command. */
  void addTo(CommandSpec command) {
    for (Hosted<?> service : hosted) {
      command.addMixin(service.type().name(), CommandSpec.forAnnotatedObject(service.options()));
    }
  }

  /** Returns the services with the configurations of their options. */
  List<Configured<?>> configured() throws BadOptionException {
    var services = new ArrayList<Configured<?>>();
    for (Hosted<?> service : hosted) {
      services.add(service.configured());
    }
    return services;
  }

  /** Returns the parts of these services in nginx's configuration. */
  static List<NginxPart> nginxParts(List<ServiceType<?>> types) {
    return types.stream().filter(ServiceType::isInSidecars).map(ServiceType::nginx).toList();
  }
}
