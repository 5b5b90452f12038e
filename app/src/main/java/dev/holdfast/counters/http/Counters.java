package dev.holdfast.counters.http;

import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.ServiceOptions;
import dev.holdfast.service.ServiceType;
import dev.holdfast.service.StartFailure;
import java.nio.file.Path;

/** An actor of the replicated counters, as a process of its own. */
public final class Counters implements ServiceType<CountersConfig> {
  /** The port that an actor listens on by default. */
  public static final int PORT = 7777;

  @Override
  public String name() {
    return "counters";
  }

  @Override
  public String description() {
    return "Runs one actor of the replicated counters. POST /config says who the actors are:"
        + " curl -d '{\"actors\": [\"10.0.0.1\", \"10.0.0.2\"]}' http://10.0.0.1:7777/config";
  }

  @Override
  public ServiceOptions<CountersConfig> options() {
    return new CountersOptions();
  }

  @Override
  public int port() {
    return PORT;
  }

  /** Other machines talk to an actor. */
  @Override
  public String host() {
    return "0.0.0.0";
  }

  @Override
  public Path directory(CountersConfig config, Path dataDir) throws StartFailure {
    return ActorDirectories.of(dataDir, config).choose(config.id());
  }

  @Override
  public Service start(CountersConfig config, ServiceContext context) throws StartFailure {
    return RunningActor.start(config, context);
  }
}
