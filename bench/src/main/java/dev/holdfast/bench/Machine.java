package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine and the versions of a measurement. */
final class Machine {
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: (.*)$");
  private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s*(\\d+) kB$");

  private Machine() {}

  static Map<String, String> describe(Path work, Cores cores) throws IOException {
    var facts = new LinkedHashMap<String, String>();
    facts.put("cpu", found(MODEL, Files.readString(Path.of("/proc/cpuinfo"))));
    facts.put("cores", Long.toString(countCpus()));
    facts.put("cores_servers", cores.servers());
    facts.put("cores_load", cores.load());
    facts.put("cores_file_servers", cores.fileServers());
    facts.put("memory_kb", found(MEMORY, Files.readString(Path.of("/proc/meminfo"))));
    facts.put("kernel", System.getProperty("os.version"));
    facts.put("disk", Files.getFileStore(work).type());
    facts.put("java", Runtime.version().toString());
    facts.put("nginx", version("nginx", "-v"));
    facts.put("varnish", version("varnishd", "-V"));
    facts.put("wrk", version("wrk", "-v"));
    return facts;
  }

  /** Returns half of this machine's cores for the servers, and half for the load. */
  static Cores halves() throws IOException {
    return Cores.halves(Math.toIntExact(countCpus()));
  }

  /** Returns the kernel's text on the load of the last minutes and the running processes. */
  static String loadAverage() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).strip();
  }

  private static long countCpus() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return lines.filter(line -> line.matches("cpu\\d.*")).count();
    }
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1).strip() : "unknown";
  }

  /**
   * Returns the first line that a program prints. wrk then ends with a failure, unlike the others.
   */
  private static String version(String program, String option) throws IOException {
    Process process =
        new ProcessBuilder(List.of(program, option)).redirectErrorStream(true).start();
    try (var out = process.inputReader()) {
      String first = out.readLine();
      out.lines().forEach(_ -> {});
      return first == null ? "unknown" : first.strip();
    }
  }
}
