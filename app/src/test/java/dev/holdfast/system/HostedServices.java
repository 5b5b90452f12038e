package dev.holdfast.system;

import dev.holdfast.fibonacci.Fibonacci;
import dev.holdfast.fibonacci.FibonacciConfig;
import dev.holdfast.service.Configured;
import dev.holdfast.service.NginxPart;
import java.util.List;

/** The further services of every sidecar in the tests, as in production. */
public final class HostedServices {
  public static final List<Configured<?>> ALL =
      List.of(new Configured<>(new Fibonacci(), FibonacciConfig.DEFAULT));

  public static final List<NginxPart> NGINX = List.of(new Fibonacci().nginx());

  private HostedServices() {}
}
