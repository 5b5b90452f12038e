package dev.holdfast.system.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The configurations of Alloy and of Prometheus, as text. Neither is started here. */
final class MonitoringConfigTest {
  private static final Path ALLOY = Monitoring.DIRECTORY.resolve("config.alloy");

  /** A component of Alloy: its kind, its label, and its targets. */
  private static final Pattern COMPONENT =
      Pattern.compile("(?m)^([a-z.]+[a-z_]+) \"(\\w+)\" \\{\n(?:  .*\n|\n)*?  targets += (.+)$");

  private static final Pattern YAML_OF_DOCUMENTATION = Pattern.compile("(?s)```yaml\n(.+?)```");
  private static final Pattern JOB = Pattern.compile("\\bjob=~?\"([^\"]+)\"");

  /** Otherwise a file that is missing when Alloy starts would be left out for good. */
  @Test
  void everyShippedFile_isLookedForAgain() throws Exception {
    String config = Files.readString(ALLOY);
    assertThat(sourcesOf(config)).containsOnlyKeys("nginx", "sidecars");
    assertThat(sourcesOf(config).values()).allMatch(source -> source.matches(matchOf(config)));
    assertThat(config).doesNotContain("tail_from_end");
  }

  @Test
  void shippedFile_thatIsNamedForGood_isFound() throws Exception {
    String config = Files.readString(ALLOY);
    String planted =
        config.replace("= local.file_match.nginx.targets", "= [{\"__path__\" = \"/logs/x\"}]");
    assertThat(planted).isNotEqualTo(config);
    assertThat(sourcesOf(planted).get("nginx")).doesNotMatch(matchOf(planted));
    assertThat(sourcesOf(planted).get("sidecars")).matches(matchOf(planted));
  }

  @Test
  void jobs_areThoseOfTheDocumentation() throws Exception {
    var block =
        YAML_OF_DOCUMENTATION.matcher(Files.readString(Path.of("..", "docs", "metrics.md")));
    assertThat(block.find()).isTrue();
    Map<?, ?> documented = new Yaml().load(block.group(1));
    List<String> jobs = jobs(Monitoring.yaml(Monitoring.DIRECTORY.resolve("prometheus.yml")));
    assertThat(jobs).isNotEmpty().isEqualTo(jobs(documented));
    assertThat(jobs(new Yaml().load("scrape_configs: [{job_name: planted}]"))).isNotEqualTo(jobs);
  }

  @Test
  void jobs_thatAlertsAndDashboardName_areScraped() throws Exception {
    var named = new TreeSet<String>();
    var queries = Monitoring.queries(Monitoring.dashboard()).stream();
    Stream.concat(Monitoring.alerts().values().stream(), queries.map(Monitoring.Query::expression))
        .flatMap(expression -> JOB.matcher(expression).results())
        .flatMap(job -> Stream.of(job.group(1).split("[|]")))
        .forEach(named::add);
    List<String> jobs = jobs(Monitoring.yaml(Monitoring.DIRECTORY.resolve("prometheus.yml")));
    assertThat(named).containsExactlyInAnyOrderElementsOf(jobs);
  }

  /** Returns the origins of the file sources' targets, by label, through relabelling components. */
  private static Map<String, String> sourcesOf(String config) {
    List<MatchResult> components = COMPONENT.matcher(config).results().toList();
    var targets = new HashMap<String, String>();
    components.forEach(c -> targets.put(c.group(1) + "." + c.group(2), c.group(3)));
    var sources = new HashMap<String, String>();
    for (MatchResult component : components) {
      if (component.group(1).equals("loki.source.file")) {
        String from = component.group(3);
        String relabelled = from.replaceFirst("[.]output$", "");
        sources.put(component.group(2), targets.getOrDefault(relabelled, from));
      }
    }
    assertThat(sources).hasSize(config.split("loki[.]source[.]file \"", -1).length - 1);
    return sources;
  }

  /** Returns the targets of the configuration's match. */
  private static String matchOf(String config) {
    List<String> matches =
        Pattern.compile("(?m)^local[.]file_match \"(\\w+)\"")
            .matcher(config)
            .results()
            .map(match -> match.group(1))
            .toList();
    return "local[.]file_match[.](" + String.join("|", matches) + ")[.]targets";
  }

  private static List<String> jobs(Map<?, ?> configuration) {
    return ((List<?>) configuration.get("scrape_configs"))
        .stream().map(job -> ((Map<?, ?>) job).get("job_name").toString()).toList();
  }
}
