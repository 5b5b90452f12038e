package dev.holdfast.service;

import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The smallest service: one option, one meter, one route, and a location of nginx. */
final class Greeter implements ServiceType<Greeter.Config> {
  record Config(String greeting) {
    static final Config DEFAULT = new Config("hello");

    Config {
      if (greeting.isBlank()) {
        throw new IllegalArgumentException("greeting must not be empty");
      }
    }
  }

  static final class Options implements ServiceOptions<Config> {
    @Option(
        names = "--greeting",
        defaultValue = "${env:HOLDFAST_GREETER_GREETING}",
        description = "what it says; default ${DEFAULT-VALUE}; env HOLDFAST_GREETER_GREETING")
    private String greeting;

    @Override
    public Optional<Config> defaults() {
      return Optional.of(Config.DEFAULT);
    }

    @Override
    public Config config() {
      return new Config(greeting);
    }
  }

  /** {@code holdfast greeter say NAME}. */
  @Command(name = "say", mixinStandardHelpOptions = true, description = "Greets somebody once.")
  static final class Say implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "who is greeted")
    private String name;

    @Override
    public Integer call() {
      if (name.isBlank()) {
        throw new ParameterException(spec.commandLine(), "NAME must not be empty");
      }
      spec.commandLine().getOut().println("hello " + name);
      return 0;
    }
  }

  @Override
  public List<Object> commands() {
    return List.of(new Say());
  }

  @Override
  public String name() {
    return "greeter";
  }

  @Override
  public String description() {
    return "Says hello.";
  }

  @Override
  public ServiceOptions<Config> options() {
    return new Options();
  }

  @Override
  public int port() {
    return 7070;
  }

  @Override
  public boolean isInSidecars() {
    return true;
  }

  @Override
  public NginxPart nginx() {
    return new NginxPart(
        name(),
        "",
        """
        location = /greet {
            include requests-max.conf;
            set $ring_key /greet;
            set $accel "";
            proxy_pass http://sidecars/greet;
        }
        """,
        "");
  }

  @Override
  public Service start(Config config, ServiceContext context) {
    var greetings = context.meters().counter("greeter.greetings", "How often it has greeted.");
    return new Service() {
      @Override
      public void addTo(RoutesConfig routes) {
        routes.get(
            "/greet",
            ctx -> {
              greetings.increment();
              ctx.result(config.greeting());
            });
      }

      @Override
      public Map<String, Object> status() {
        return Map.of("greeted", greetings.count() > 0);
      }
    };
  }
}
