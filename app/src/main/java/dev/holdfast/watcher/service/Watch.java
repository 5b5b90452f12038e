package dev.holdfast.watcher.service;

import dev.holdfast.service.Service;
import dev.holdfast.service.ServiceContext;
import dev.holdfast.service.ServiceOptions;
import dev.holdfast.service.ServiceType;
import dev.holdfast.service.StartFailure;
import java.util.List;

/** The watcher, as a process of its own. */
public final class Watch implements ServiceType<WatchConfig> {
  /** The port that it listens on by default. */
  public static final int PORT = 7979;

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String description() {
    return "Checks the endpoints in a PostgreSQL database, each at its interval, and stores the"
        + " results there. 'holdfast watch apply FILE' brings a list of endpoints into it.";
  }

  @Override
  public ServiceOptions<WatchConfig> options() {
    return new WatchOptions();
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public List<Object> commands() {
    return List.of(
        new CheckCommand(), new ApplyCommand(), new ExampleCommand(), new ValidateCommand());
  }

  /** Few threads make all checks: one that waited would hold up thousands. */
  @Override
  public boolean isLogQueued() {
    return true;
  }

  @Override
  public Service start(WatchConfig config, ServiceContext context) throws StartFailure {
    return RunningWatch.start(config, context);
  }
}
