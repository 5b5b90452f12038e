package dev.holdfast.system.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** The files of the Compose profile {@code monitoring}, for tests. */
public final class Monitoring {
  public static final Path DIRECTORY = Path.of("..", "compose", "monitoring");
  static final Path DASHBOARD = DIRECTORY.resolve("grafana/dashboards/holdfast.json");
  static final String PROMETHEUS = "prometheus";
  static final String LOKI = "loki";

  private static final Pattern SELECTOR =
      Pattern.compile("\\b(?:holdfast_\\w+|up|ALERTS)\\b(?:\\{[^}]*})?");
  private static final Pattern VARIABLE = Pattern.compile("\\$[\\w{]+");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Monitoring() {}

  /**
   * A query of a dashboard.
   *
   * @param panel the title of its panel
   * @param datasource the uid of its datasource
   * @param expression the expression that Grafana sends, without the interval
   */
  record Query(String panel, String datasource, String expression) {

    /** Returns the expression with this interval for rates, in place of Grafana's. */
    String over(String interval) {
      return expression.replace("$__rate_interval", interval);
    }
  }

  static JsonNode dashboard() throws IOException {
    return JSON.readTree(DASHBOARD.toFile());
  }

  static List<Query> queries(JsonNode dashboard) {
    var queries = new ArrayList<Query>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(
            new Query(
                panel.path("title").asText(),
                target.at("/datasource/uid").asText(),
                target.path("expr").asText()));
      }
    }
    return queries;
  }

  /** Returns the uids of the datasources that Grafana is given. */
  static List<String> datasources() throws IOException {
    Map<?, ?> file = yaml(DIRECTORY.resolve("grafana/provisioning/datasources/holdfast.yml"));
    return ((List<?>) file.get("datasources"))
        .stream().map(source -> ((Map<?, ?>) source).get("uid").toString()).toList();
  }

  /**
   * Returns the references that Grafana would not find: missing datasources and unknown variables.
   */
  static List<String> unknownReferences(JsonNode dashboard) throws IOException {
    List<String> known = datasources();
    var unknown = new ArrayList<String>();
    for (JsonNode source : dashboard.findValues("datasource")) {
      if (!known.contains(source.path("uid").asText())) {
        unknown.add("datasource " + source);
      }
    }
    for (Query query : queries(dashboard)) {
      VARIABLE
          .matcher(query.over("1m"))
          .results()
          .map(MatchResult::group)
          .forEach(variable -> unknown.add("variable " + variable + " in " + query.panel()));
    }
    return unknown;
  }

  /** Returns the expressions of the alerts, by their names. */
  static Map<String, String> alerts() throws IOException {
    var alerts = new LinkedHashMap<String, String>();
    for (Object group : (List<?>) yaml(DIRECTORY.resolve("rules.yml")).get("groups")) {
      for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
        Map<?, ?> alert = (Map<?, ?>) rule;
        alerts.put(alert.get("alert").toString(), alert.get("expr").toString());
      }
    }
    return alerts;
  }

  /** Returns the meters that an expression reads, by name and labels. */
  static Set<String> selectors(String expression) {
    var selectors = new TreeSet<String>();
    SELECTOR.matcher(expression).results().map(MatchResult::group).forEach(selectors::add);
    return selectors;
  }

  static Map<?, ?> yaml(Path file) throws IOException {
    return new Yaml().load(Files.readString(file));
  }
}
