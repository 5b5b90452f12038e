package dev.holdfast.service;

import dev.holdfast.http.Problem;
import dev.holdfast.http.QuickRequest;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The services of one process as one service, which asks each of them in order.
 *
 * <p>Threading: may be called from any number of threads.
 *
 * @param all the services in the order in which they are asked; they are closed in the opposite
 *     order
 * @param isProcessReady returns true if the process, apart from its services, is ready
 */
public record Services(List<Service> all, BooleanSupplier isProcessReady) implements Service {
  public Services {
    all = List.copyOf(all);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    for (Service service : all) {
      for (String path : service.gatedPaths()) {
        routes.before(path, _ -> requireReady());
      }
      service.addTo(routes);
    }
  }

  @Override
  public boolean answer(QuickRequest request) {
    for (int i = 0; i < all.size(); i++) {
      Service service = all.get(i);
      boolean isOpen = service.gatedPaths().isEmpty() || isProcessReady.getAsBoolean();
      if (isOpen && service.answer(request)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isReady() {
    return isProcessReady.getAsBoolean() && all.stream().allMatch(Service::isReady);
  }

  @Override
  public Optional<String> trouble() {
    return all.stream().map(Service::trouble).flatMap(Optional::stream).findFirst();
  }

  /** Closes the last service, and then the others, whatever becomes of the last. */
  @Override
  public void close() {
    if (!all.isEmpty()) {
      Service last = all.getLast();
      try (var _ = new Services(all.subList(0, all.size() - 1), isProcessReady)) {
        last.close();
      }
    }
  }

  private void requireReady() {
    if (!isProcessReady.getAsBoolean()) {
      throw Problem.unavailable(
              "not ready: just starting or stopping, or writes of names that changed hands are"
                  + " still being settled")
          .asException();
    }
  }
}
