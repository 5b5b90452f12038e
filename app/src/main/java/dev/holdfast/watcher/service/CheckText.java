package dev.holdfast.watcher.service;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Says for people what one check has found. */
final class CheckText {
  private static final double MICROS_PER_MS = 1_000;

  private CheckText() {}

  /** Returns the lines: the verdict, each phase that was reached, and what is known besides. */
  static List<String> lines(Endpoint endpoint, Measured measured) {
    CheckResult.Answer answer = measured.answer();
    var lines = new ArrayList<String>();
    lines.add(endpoint.request().url() + " is " + verdict(measured));
    for (Phase phase : Phase.values()) {
      OptionalLong micros = answer.phases().micros(phase);
      if (micros.isPresent()) {
        lines.add(time(words(phase), micros.getAsLong()));
      }
    }
    lines.add(time("site's time", answer.phases().sumMicros()));
    answer.status().ifPresent(status -> lines.add(line("status", Integer.toString(status))));
    answer.protocol().ifPresent(protocol -> lines.add(line("protocol", protocol)));
    answer.address().ifPresent(address -> lines.add(line("address", address)));
    if (answer.status().isPresent()) {
      lines.add(line("body", answer.bodyBytes() + " bytes"));
    }
    answer.certificateEnds().ifPresent(end -> lines.add(line("certificate", "ends " + end)));
    answer.hops().forEach(hop -> lines.add(line("redirect", hop)));
    if (!measured.flags().isEmpty()) {
      lines.add(
          line(
              "remarks",
              measured.flags().stream()
                  .sorted()
                  .map(CheckText::words)
                  .collect(Collectors.joining(", "))));
    }
    return lines;
  }

  private static String verdict(Measured measured) {
    String outcome = measured.outcome().name().toLowerCase(Locale.ROOT);
    String reason = measured.reason() == Reason.NONE ? "" : ": " + measured.reason().words();
    return outcome + reason + (measured.detail().isEmpty() ? "" : ": " + measured.detail());
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String time(String name, long micros) {
    return "  %-12s%10s ms"
        .formatted(name, String.format(Locale.ROOT, "%.3f", micros / MICROS_PER_MS));
  }

  private static String line(String name, String value) {
    return "  %-12s%s".formatted(name, value);
  }
}
