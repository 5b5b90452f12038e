package dev.holdfast.fibonacci;

import dev.holdfast.disk.OwnedState;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.service.NginxPart;
import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.ServiceOptions;
import dev.holdfast.service.ServiceType;
import io.javalin.config.RoutesConfig;

/** The Fibonacci service, one in all sidecars of a ring. */
public final class Fibonacci implements ServiceType<FibonacciConfig> {
  @Override
  public String name() {
    return "fibonacci";
  }

  @Override
  public String description() {
    return "Hands out the numbers of the Fibonacci sequence, each once.";
  }

  @Override
  public ServiceOptions<FibonacciConfig> options() {
    return new FibonacciOptions();
  }

  @Override
  public boolean isInSidecars() {
    return true;
  }

  @Override
  public NginxPart nginx() {
    return NginxPart.ofResources(name());
  }

  @Override
  public Service start(FibonacciConfig config, ServiceContext context) {
    OwnedState<SequenceOwner.Locked> owner = SequenceOwner.start(config, context);
    return new Running(
        owner, new FibonacciRoutes(owner::ownership, owner::known, context.isReady()));
  }

  private record Running(OwnedState<SequenceOwner.Locked> owner, FibonacciRoutes routes)
      implements Service {
    @Override
    public void addTo(RoutesConfig config) {
      routes.addTo(config);
    }

    @Override
    public boolean answer(QuickRequest request) {
      return routes.answer(request);
    }

    @Override
    public void close() {
      owner.close();
    }
  }
}
