package dev.holdfast;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The rules that {@link TidyTest} holds the source against. */
final class TidyRules {
  private static final String IN_MAIN = SourceFile.MAIN;
  private static final String IN_TEST = "app/src/test/java/dev/holdfast/";

  private static final Predicate<SourceFile> MAIN = SourceFile::isMain;
  private static final Predicate<SourceFile> TEST = SourceFile::isTest;
  private static final Predicate<SourceFile> JAVA = SourceFile::isJava;

  private static final String NAME_IS_NO_WORD = "say what it is: Ring, Backoff, BadNameException";
  private static final int LINES_MAX = 400;

  private TidyRules() {}

  static List<TidyRule> all() {
    return Stream.of(durability(), statusCodes(), bannedCalls(), names(), shape())
        .flatMap(List::stream)
        .toList();
  }

  /** A rule of all files together: every package of main says what it is. */
  static Set<String> packagesWithoutInfo(List<SourceFile> files) {
    var packages = new TreeSet<String>();
    files.stream().filter(MAIN).map(SourceFile::mainPackage).forEach(packages::add);
    files.stream()
        .filter(MAIN)
        .filter(file -> file.path().endsWith("/package-info.java"))
        .map(SourceFile::mainPackage)
        .forEach(packages::remove);
    return packages;
  }

  private static List<TidyRule> durability() {
    return List.of(
        TidyRule.code(
                "files are changed in disk alone",
                "\\bFileChannel\\b|\\b(?:FileOutputStream|FileWriter|RandomAccessFile)\\b"
                    + "|\\.renameTo\\(|\\.force\\((?:true|false)\\)"
                    + "|\\bFiles\\.(?:move|copy|delete|write|create|set|new(?!Input|Directory))\\w*",
                MAIN.and(file -> !file.mainPackage().equals("disk")),
                "use disk.Disk, which forces what has to survive")
            .butIn(
                "fileserver/FileServer.java") // the opponent keeps its files as the real one does
            .butIn("fileserver/Volume.java") // the same
            .butIn("nginx/NginxFiles.java") // nginx's configuration is written anew at every start
            .butIn("service/DataDirectory.java") // makes a directory, with nothing in it
            .butIn(
                "stack/Stack.java") // makes the directories of a stack before anything is in them
            .finds(IN_MAIN + "files/A.java", "Files.move(from, to);")
            .finds(IN_MAIN + "files/A.java", "Files.createLink(from, to);")
            .finds(IN_MAIN + "files/A.java", "Files.deleteIfExists(file);")
            .finds(IN_MAIN + "files/A.java", "Files.newByteChannel(file);")
            .finds(IN_MAIN + "staging/A.java", "import java.nio.channels.FileChannel;")
            .finds(IN_MAIN + "origin/A.java", "channel.force(true);")
            .finds(IN_MAIN + "cli/A.java", "try (var out = new FileOutputStream(file)) {}"));
  }

  private static List<TidyRule> statusCodes() {
    return List.of(
        TidyRule.code(
                "status codes are in http, files.http, counters.http and the routes alone",
                "\\bHttpStatus\\b|\\bSC_[A-Z]+|\\bProblem\\.of\\("
                    + "|\\.(?:status|setStatus|sendError)\\((?!\\))",
                MAIN.and(
                        file ->
                            !List.of("http", "files.http", "counters.http", "fileserver")
                                .contains(file.mainPackage()))
                    .and(file -> !file.path().endsWith("Routes.java")),
                "return an outcome, a sealed interface of records, and let the routes turn it into"
                    + " a status")
            .butIn("origin/Answers.java") // reads the codes of the origin
            .finds(IN_MAIN + "files/A.java", "import org.eclipse.jetty.http.HttpStatus;")
            .finds(IN_MAIN + "files/A.java", "ctx.status(404);")
            .finds(IN_MAIN + "files/A.java", "throw Problem.of(503, detail).asException();")
            .finds(IN_MAIN + "staging/A.java", "response.sendError(500);"));
  }

  private static List<TidyRule> bannedCalls() {
    return List.of(
        TidyRule.code(
                "no System.out and System.err",
                "\\bSystem\\.(?:out|err)\\b",
                MAIN,
                "in cli write to the command line's getOut() and getErr(), elsewhere to a logger")
            .finds(IN_MAIN + "files/A.java", "System.out.println(name);")
            .finds(IN_MAIN + "cli/A.java", "System.err.println(name);"),
        TidyRule.code(
                "no printStackTrace",
                "\\.printStackTrace\\(",
                JAVA,
                "return it, throw it, or give it to a logger as its last argument")
            .finds(IN_MAIN + "files/A.java", "e.printStackTrace();"),
        TidyRule.code(
                "the environment is read in cli alone",
                "\\bSystem\\.(?:getenv|getProperty|exit)\\(",
                MAIN.and(file -> !file.mainPackage().equals("cli")),
                "make it an option of cli and a component of a configuration record")
            .butIn("nginx/NginxProcess.java") // looks for a program where a shell would
            .butIn("posix/Errno.java") // error numbers differ between systems
            .butIn("sidecar/Epoch.java") // the boot is a fact of the machine, not a setting
            .butIn("watcher/probe/Cryptography.java") // so is the platform
            .finds(IN_MAIN + "http/A.java", "var level = System.getenv(\"LEVEL\");")
            .finds(IN_MAIN + "files/A.java", "System.exit(1);"),
        TidyRule.code(
                "no wall clock out of nowhere",
                "\\bSystem\\.currentTimeMillis\\(|\\b(?:Instant|Local\\w+|ZonedDateTime)\\.now\\("
                    + "|\\bClock\\.system",
                MAIN,
                "take a java.time.InstantSource as a constructor parameter")
            .finds(IN_MAIN + "files/A.java", "long now = System.currentTimeMillis();")
            .finds(IN_MAIN + "files/A.java", "var now = Instant.now();"),
        TidyRule.code(
                "no randomness out of nowhere",
                "\\bMath\\.random\\(|\\bThreadLocalRandom\\b|\\bnew Random\\(\\)",
                MAIN,
                "take a RandomGenerator as a constructor parameter, or a seed as an option")
            .finds(IN_MAIN + "files/A.java", "var random = new Random();")
            .finds(IN_MAIN + "files/A.java", "long wait = ThreadLocalRandom.current().nextLong();"),
        TidyRule.code(
                "random tests have a seed",
                "\\bMath\\.random\\(|\\bnew Random\\(\\)(?!\\.nextLong\\(\\))",
                TEST,
                "draw a seed with new Random().nextLong(), print it, and use new Random(seed)")
            .finds(IN_TEST + "ATest.java", "Random random = new Random();"),
        TidyRule.code(
                "tests do not sleep",
                "\\bThread\\.sleep\\(|\\bLockSupport\\.park|\\bTimeUnit\\.[A-Z]+\\.sleep\\(",
                TEST,
                "order the threads with a latch or a barrier, or wait for a state with"
                    + " testkit.Await")
            .butIn("testkit/Await.java") // waits for a state that nothing signals
            .butIn(
                "system/StackFixture.java") // waits for files to go, which nothing signals either
            .butIn("system/StackFacts.java") // the same
            .butIn("testkit/Accepting.java") // nothing says that there is a descriptor again
            .butIn("testkit/HostileClient.java") // does not ask a server that is down at full rate
            .finds(IN_TEST + "ATest.java", "Thread.sleep(100);")
            .finds(IN_TEST + "ATest.java", "LockSupport.parkNanos(1);")
            .finds(IN_TEST + "ATest.java", "TimeUnit.SECONDS.sleep(1);"),
        TidyRule.code(
                "tests that start nginx are not unit tests",
                "\\bNginxFixture\\.program\\(|\\b(?:NginxProcess|Stack|TrafficStack|StackFixture|CasFixture)"
                    + "\\.start\\(",
                TEST.and(file -> !file.path().contains("/holdfast/system/"))
                    .and(file -> !file.text().contains("@Tag(\"nginx\")")),
                "tag the tests that do with nginx: make check leaves them to make test")
            .finds(IN_TEST + "ATest.java", "try (Stack stack = TrafficStack.start(config)) {")
            .finds(IN_TEST + "ATest.java", "run(NginxFixture.program(), \"-t\");"));
  }

  private static List<TidyRule> names() {
    return List.of(
        TidyRule.code(
                "no class is called after nothing",
                "\\b(?:class|interface|record|enum) (?:Abstract\\w*|\\w*(?:Managers?|Impl|Utils?"
                    + "|Helpers?|Common))\\b",
                JAVA,
                NAME_IS_NO_WORD)
            .finds(IN_MAIN + "files/A.java", "final class FileManager {")
            .finds(IN_MAIN + "files/A.java", "abstract class AbstractFile {")
            .finds(IN_TEST + "A.java", "final class TestUtils {")
            .finds(IN_MAIN + "files/A.java", "record FetchImpl() implements Fetch {}"),
        TidyRule.code(
                "no package is called after nothing",
                "\\bpackage dev\\.holdfast\\b.*\\.(?:utils?|commons?|impl|helpers?|misc|base|shared);",
                JAVA,
                NAME_IS_NO_WORD)
            .finds(IN_MAIN + "util/A.java", "package dev.holdfast.util;")
            .finds(IN_MAIN + "files/impl/A.java", "package dev.holdfast.files.impl;"));
  }

  private static List<TidyRule> shape() {
    return List.of(
        TidyRule.of(
                "main files are short",
                MAIN,
                "find the part that has a name of its own and make it a class",
                TidyRules::tooLong)
            .finds(IN_MAIN + "files/A.java", "\n".repeat(LINES_MAX) + "}"),
        TidyRule.text(
                "nothing is left to be done",
                "\\b(?:TO" + "DO|FIX" + "ME|XX" + "X)\\b",
                file -> true,
                "do it, or write an issue")
            .finds("Makefile", "# TO" + "DO: later")
            .finds(IN_MAIN + "files/A.java", "// FIX" + "ME"),
        TidyRule.text(
                "no path of somebody's machine",
                "(?<![\\w}.])/(?:home|Users|root|work)/[\\w.]+",
                file -> true,
                "use a path relative to the repository, or an option")
            .finds("docs/a.md", "as in /ho" + "me/someone/holdfast")
            .finds(IN_TEST + "ATest.java", "Path.of(\"/wo" + "rk/main\");"));
  }

  private static Stream<TidyRule.Finding> tooLong(SourceFile file) {
    int lines = (int) file.text().lines().count();
    return lines > LINES_MAX
        ? Stream.of(new TidyRule.Finding(lines, lines + " lines, more than " + LINES_MAX))
        : Stream.empty();
  }
}
