package dev.holdfast.cli;

import dev.holdfast.cas.Scrub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast scrub}: checks all blobs against their digests. */
@Command(
    name = "scrub",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Reads blobs and compares them with their digests, at a bounded rate: all below some"
          + " directories, such as the data volume of the file servers and the staging volume, or"
          + " those of a list, through a front.",
      "It changes nothing. Exit code 0: all are in order; 1: some are not, each is a line of"
          + " output; 2: a bad option.",
      ""
    })
final class ScrubCommand implements Callable<Integer> {
  private static final String DIR = "--dir";
  private static final String LIST = "--list";

  @Spec private CommandSpec spec;

  @Option(
      names = DIR,
      paramLabel = "DIR",
      split = ",",
      defaultValue = "${env:HOLDFAST_SCRUB_DIR:-}",
      description =
          "directories, comma separated, to look for blobs in and below; none by"
              + " default; env HOLDFAST_SCRUB_DIR")
  private List<String> directories;

  @Option(
      names = LIST,
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_SCRUB_LIST:-}",
      description =
          "a file with a digest at the beginning of each line, - is standard input; scrub asks"
              + " --front for each; none by default; env HOLDFAST_SCRUB_LIST")
  private String list;

  @Option(
      names = "--front",
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_SCRUB_FRONT:-http://127.0.0.1:8080}",
      description = "the front; default ${DEFAULT-VALUE}; env HOLDFAST_SCRUB_FRONT")
  private URI front;

  @Option(
      names = "--bytes-per-second-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_SCRUB_BYTES_PER_SECOND_MAX:-20971520}",
      description =
          "the fastest rate of reading; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_SCRUB_BYTES_PER_SECOND_MAX")
  private long bytesPerSecondMax;

  @Option(
      names = "--progress-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_SCRUB_PROGRESS_MS:-10000}",
      description =
          "how often a line on standard error reports the progress; 0 is never; default"
              + " ${DEFAULT-VALUE}; env HOLDFAST_SCRUB_PROGRESS_MS")
  private long progressMs;

  @Override
  public Integer call() throws BadOptionException, InterruptedException {
    List<Path> found =
        directories.stream()
            .filter(dir -> !dir.isBlank())
            .map(dir -> Path.of(dir.strip()))
            .toList();
    requireGood(found);
    var scrub = new Scrub(bytesPerSecondMax, new Lines());
    for (Path directory : found) {
      try {
        scrub.directory(directory);
      } catch (IOException e) {
        throw new BadOptionException(DIR, "cannot read " + e.getMessage(), e);
      }
    }
    if (!list.isEmpty()) {
      scrubList(scrub);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%d blobs, %d bytes: %d bad%n", scrub.blobs(), scrub.bytes(), scrub.bad());
    out.flush();
    return scrub.bad() == 0 ? 0 : 1;
  }

  private void requireGood(List<Path> found) throws BadOptionException {
    if (found.isEmpty() && list.isEmpty()) {
      throw new BadOptionException(DIR + ", " + LIST, "give one of them", null);
    }
    for (Path directory : found) {
      if (!Files.isDirectory(directory)) {
        throw new BadOptionException(DIR, directory + " is not a directory", null);
      }
    }
    if (bytesPerSecondMax < 1) {
      throw new BadOptionException(
          "--bytes-per-second-max", "must be at least 1, not " + bytesPerSecondMax, null);
    }
    if (progressMs < 0) {
      throw new BadOptionException("--progress-ms", "must be at least 0, not " + progressMs, null);
    }
    if (!"http".equals(front.getScheme()) || front.getHost() == null) {
      throw new BadOptionException("--front", "must be like http://host:port, not " + front, null);
    }
  }

  private void scrubList(Scrub scrub) throws BadOptionException, InterruptedException {
    try (BufferedReader lines = new BufferedReader(open())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          scrub.blob(front, line.strip().split("\\s", 2)[0]);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BadOptionException(LIST, e.getMessage(), e);
    }
  }

  private Reader open() throws IOException {
    return new InputStreamReader(
        list.equals("-") ? System.in : Files.newInputStream(Path.of(list)), StandardCharsets.UTF_8);
  }

  /**
   * Prints a line on standard output for each bad blob, and now and then one about the progress on
   * standard error.
   */
  private final class Lines implements Scrub.Report {
    private long lastNanos = System.nanoTime();

    @Override
    public void checked(long blobs, long bytes) {
      long now = System.nanoTime();
      if (progressMs > 0 && now - lastNanos >= TimeUnit.MILLISECONDS.toNanos(progressMs)) {
        lastNanos = now;
        PrintWriter err = spec.commandLine().getErr();
        err.printf("%d blobs, %d bytes so far%n", blobs, bytes);
        err.flush();
      }
    }

    @Override
    public void bad(String where, String why) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("bad: " + where + ": " + why);
      out.flush();
    }
  }
}
