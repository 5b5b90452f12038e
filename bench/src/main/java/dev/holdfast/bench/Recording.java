package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * A recording of a JVM by the JDK's Flight Recorder: samples of its CPU time and of its
 * allocations.
 *
 * <p>Threading: of one thread.
 */
final class Recording {
  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");
  private static final String CPU = "jdk.CPUTimeSample";
  private static final String ALLOCATION = "jdk.ObjectAllocationSample";
  private static final String WEIGHT = "weight";
  private static final String HEAP = "jdk.GCHeapSummary";

  private final Map<String, Long> samples = new HashMap<>();
  private final Map<String, Long> groups = new HashMap<>();
  private final Map<String, Long> classes = new HashMap<>();
  private final Map<String, Long> sites = new HashMap<>();
  private long allocatedBytes;
  private int leftOut;
  private long heapBytes = -1;
  private Instant heapSince;
  private Instant heapUntil;

  private Recording() {}

  /** Starts to record a JVM. */
  static void start(Process jvm, Children children, Cores cores, Path directory)
      throws IOException, InterruptedException {
    Path settings = Files.write(directory.resolve("profile.jfc"), Template.bytes("profile.jfc"));
    jcmd(
        jvm,
        children,
        cores,
        directory,
        List.of("JFR.start", "name=profile", "settings=" + settings));
  }

  /** Ends the recording. */
  static Recording end(Process jvm, Children children, Cores cores, Path directory)
      throws IOException, InterruptedException {
    Path file = directory.resolve("profile-" + jvm.pid() + ".jfr");
    jcmd(jvm, children, cores, directory, List.of("JFR.stop", "name=profile", "filename=" + file));
    return read(file);
  }

  private static void jcmd(
      Process jvm, Children children, Cores cores, Path directory, List<String> words)
      throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var command = new java.util.ArrayList<>(List.of(jcmd, Long.toString(jvm.pid())));
    command.addAll(words);
    children.run(cores.load(), directory, command);
  }

  static Recording read(Path file) throws IOException {
    var recording = new Recording();
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .sorted(Comparator.comparing(RecordedEvent::getStartTime))
            .toList();
    long[] weights =
        events.stream()
            .filter(event -> event.getEventType().getName().equals(ALLOCATION))
            .mapToLong(event -> event.getLong(WEIGHT))
            .sorted()
            .toArray();
    // The first sample of a thread also counts its allocations before the recording.
    long weightMax = weights.length == 0 ? 0 : 100 * weights[weights.length / 2];
    events.forEach(event -> recording.add(event, weightMax));
    return recording;
  }

  private void add(RecordedEvent event, long weightMax) {
    List<Frame> frames = frames(event);
    switch (event.getEventType().getName()) {
      case CPU -> {
        samples.merge(what(frames), 1L, Long::sum);
        groups.merge(group(frames), 1L, Long::sum);
      }
      case ALLOCATION -> {
        long bytes = event.getLong(WEIGHT);
        if (bytes > weightMax) {
          leftOut++;
        } else {
          classes.merge(event.getClass("objectClass").getName(), bytes, Long::sum);
          sites.merge(what(frames), bytes, Long::sum);
        }
      }
      case HEAP -> addHeap(event);
      default -> {}
    }
  }

  /** Adds an allocation: between two collections, the growth of the heap. */
  private void addHeap(RecordedEvent event) {
    long usedBytes = event.getLong("heapUsed");
    if (event.getString("when").startsWith("After")) {
      heapBytes = usedBytes;
      heapSince = heapSince == null ? event.getStartTime() : heapSince;
    } else if (heapBytes >= 0) {
      allocatedBytes += usedBytes - heapBytes;
      heapUntil = event.getStartTime();
    }
  }

  /**
   * A method.
   *
   * @param type the name of its class
   */
  record Frame(String type, String method) {
    boolean isJdk() {
      return JDK.stream().anyMatch(type::startsWith);
    }

    String text() {
      return type.substring(type.lastIndexOf('.') + 1) + "." + method;
    }
  }

  private static List<Frame> frames(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return List.of();
    }
    return event.getStackTrace().getFrames().stream()
        .filter(RecordedFrame::isJavaFrame)
        .map(f -> new Frame(f.getMethod().getType().getName(), f.getMethod().getName()))
        .toList();
  }

  /**
   * Returns the innermost method that is not the JDK's, with the JDK's method that it had called.
   * If all are the JDK's, it returns the third one, since the innermost two say little.
   *
   * @param frames the frames, the innermost first
   */
  static String what(List<Frame> frames) {
    for (int i = 0; i < frames.size(); i++) {
      if (!frames.get(i).isJdk()) {
        String own = frames.get(i).text();
        return i == 0 ? own : own + " > " + frames.get(i - 1).text();
      }
    }
    return frames.isEmpty()
        ? "no stack"
        : "JDK: " + frames.get(Math.min(2, frames.size() - 1)).text();
  }

  /**
   * Returns the package of Holdfast, or the library, of the innermost method that belongs to one.
   */
  static String group(List<Frame> frames) {
    for (Frame frame : frames) {
      if (!frame.isJdk()) {
        String[] parts = frame.type().split("\\.", -1);
        return String.join(".", List.of(parts).subList(0, Math.clamp(parts.length - 1, 1, 3)));
      }
    }
    return frames.isEmpty() ? "no stack" : "JDK alone";
  }

  /** Returns the number of samples of CPU time. */
  long cpuSamples() {
    return samples.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns the rate between the first and the last collection, or NaN if there were less than two.
   */
  double allocatedBytesPerSecond() {
    return heapUntil == null
        ? Double.NaN
        : allocatedBytes / (Duration.between(heapSince, heapUntil).toNanos() / 1e9);
  }

  /** Returns the shares of the CPU time by method, the largest first. */
  String cpuByMethod(int most) {
    return shares(samples, most);
  }

  /** Returns the shares of the CPU time by package or library. */
  String cpuByGroup(int most) {
    return shares(groups, most);
  }

  /** Returns the number of allocation samples that are too large to be of the recording alone. */
  int leftOut() {
    return leftOut;
  }

  /** Returns the shares of the allocations by class. */
  String allocationByClass(int most) {
    return shares(classes, most);
  }

  /** Returns the shares of the allocations by method. */
  String allocationByMethod(int most) {
    return shares(sites, most);
  }

  private static String shares(Map<String, Long> counts, int most) {
    double all = counts.values().stream().mapToLong(Long::longValue).sum();
    Function<Map.Entry<String, Long>, String> line =
        e -> String.format(Locale.ROOT, "%5.1f %%  %s", 100 * e.getValue() / all, e.getKey());
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(most)
        .map(line)
        .collect(Collectors.joining("\n"));
  }
}
