package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages' table in docs/architecture.md, held against what classes use once compiled. */
class PackagesTest {
  private static final String PROJECT = "dev.holdfast.";

  /** A row: the package, what it is, and what it may import. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z.]+)` \\| [^|]+ \\| ([^|]*)\\|$");

  private static final Pattern QUOTED = Pattern.compile("`([a-z.]+)`");

  /** The libraries of each package, besides the JDK and SLF4J, by the beginnings of their names. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry("metrics", Set.of("io.micrometer.")),
          Map.entry(
              "http",
              Set.of("io.javalin.", "org.eclipse.jetty.", "jakarta.servlet.", "com.fasterxml.")),
          Map.entry("service", Set.of("io.javalin.", "com.fasterxml.")),
          Map.entry("origin", Set.of("org.apache.hc.", "io.micrometer.")),
          Map.entry("staging", Set.of("io.micrometer.")),
          Map.entry("files", Set.of("io.micrometer.", "org.ehcache.")),
          Map.entry("files.http", Set.of("io.javalin.", "jakarta.servlet.", "com.fasterxml.")),
          Map.entry(
              "fibonacci", Set.of("io.javalin.", "jakarta.servlet.", "io.micrometer.", "picocli.")),
          Map.entry(
              "cas",
              Set.of(
                  "io.javalin.",
                  "jakarta.servlet.",
                  "io.micrometer.",
                  "com.fasterxml.",
                  "com.google.protobuf.",
                  "io.airlift.")),
          Map.entry(
              "counters.http",
              Set.of(
                  "io.javalin.",
                  "jakarta.servlet.",
                  "io.micrometer.",
                  "com.fasterxml.",
                  "picocli.")),
          Map.entry(
              "watcher.store",
              Set.of("com.fasterxml.", "com.zaxxer.", "org.flywaydb.", "org.postgresql.")),
          Map.entry("fileserver", Set.of("org.eclipse.jetty.", "com.fasterxml.")),
          Map.entry(
              "scoreboard",
              Set.of(
                  "io.javalin.",
                  "jakarta.servlet.",
                  "io.micrometer.",
                  "com.fasterxml.",
                  "org.HdrHistogram.")),
          Map.entry("sidecar", Set.of("io.micrometer.")),
          Map.entry("watcher.pattern", Set.of("com.google.re2j.")),
          Map.entry("watcher.dns", Set.of("org.xbill.DNS.")),
          Map.entry("watcher.probe", Set.of("org.apache.hc.core5.", "com.amazon.corretto.crypto.")),
          Map.entry("watcher.config", Set.of("org.yaml.snakeyaml.")),
          Map.entry("watcher.service", Set.of("io.javalin.", "io.micrometer.", "picocli.")),
          Map.entry("log", Set.of("ch.qos.logback.")),
          Map.entry("cli", Set.of("picocli.", "org.yaml.snakeyaml.")));

  /** The packages of classes that belong to Java or are used by all. */
  private static final List<String> EVERYBODYS = List.of("java.", "javax.", "jdk.", "org.slf4j.");

  private static Map<String, Set<String>> table;
  private static JavaClasses main;

  @BeforeAll
  static void read() throws IOException {
    table = table(Files.readString(Path.of("..", "docs", "architecture.md")));
    main = new ClassFileImporter().importPath(BuildDirectory.classes());
  }

  @Test
  void packages_areThoseOfTheTable() {
    Set<String> found =
        main.stream().map(PackagesTest::packageOf).collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).isEqualTo(new TreeSet<>(table.keySet()));
  }

  @Test
  void classes_useWhatTheTableAllows() {
    assertThat(main.stream().flatMap(c -> breaches(c).stream()))
        .as("let who needs it declare an interface, and wire the two in sidecar or cli")
        .isEmpty();
  }

  /** Classes in test scope that do what they may not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.holdfast.disk.PlantedImport",
        "dev.holdfast.cas.PlantedChain",
        "dev.holdfast.files.PlantedRoute",
        "dev.holdfast.staging.PlantedLibrary"
      })
  void plantedBreach_isFound(String planted) throws ClassNotFoundException {
    JavaClass found = new ClassFileImporter().importClass(Class.forName(planted));
    assertThat(breaches(found)).as(planted).isNotEmpty();
  }

  @Test
  void table_saysAllButSome() {
    Map<String, Set<String>> read =
        table(
            "| `a` | x | |\n| `b` | x | all but `a`, `c` |\n| `c` | x | `a` |\n| `d` | x | all |\n");
    assertThat(read)
        .containsEntry("a", Set.of())
        .containsEntry("b", Set.of("b", "d"))
        .containsEntry("c", Set.of("a"))
        .containsEntry("d", Set.of("a", "b", "c", "d"));
  }

  private static Map<String, Set<String>> table(String doc) {
    List<MatchResult> rows = ROW.matcher(doc).results().toList();
    Set<String> all = rows.stream().map(row -> row.group(1)).collect(Collectors.toSet());
    var table = new TreeMap<String, Set<String>>();
    for (MatchResult row : rows) {
      Set<String> named =
          QUOTED.matcher(row.group(2)).results().map(q -> q.group(1)).collect(Collectors.toSet());
      if (row.group(2).startsWith("all")) {
        var rest = new TreeSet<>(all);
        rest.removeAll(named);
        table.put(row.group(1), rest);
      } else {
        table.put(row.group(1), named);
      }
    }
    return table;
  }

  private static List<String> breaches(JavaClass user) {
    String own = packageOf(user);
    var breaches = new ArrayList<String>();
    for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
      JavaClass used = dependency.getTargetClass().getBaseComponentType();
      if (used.isPrimitive() || EVERYBODYS.stream().anyMatch(used.getName()::startsWith)) {
        continue;
      }
      boolean isAllowed =
          used.getName().startsWith(PROJECT)
              ? packageOf(used).equals(own) || table.get(own).contains(packageOf(used))
              : LIBRARIES.getOrDefault(own, Set.of()).stream().anyMatch(used.getName()::startsWith);
      if (!isAllowed) {
        breaches.add(own + ": " + dependency.getDescription());
      }
    }
    return breaches;
  }

  /** The package's name behind that of the project. */
  private static String packageOf(JavaClass of) {
    return of.getPackageName().substring(PROJECT.length());
  }
}
