package dev.holdfast.scoreboard;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link Summary} as a page with plots that needs no other file. */
final class ReportPage {
  private static final Pattern PLACEHOLDER = Pattern.compile("@\\{(\\w+)}");

  /** The data of the page. */
  private record Content(String title, Summary summary) {}

  private ReportPage() {}

  static String of(Summary summary, String title) {
    Map<String, String> parts =
        Map.of(
            "style", Assets.text("board.css"),
            "plot_style", Assets.text(Assets.PLOT_STYLE),
            "plot_script", Assets.text(Assets.PLOT_SCRIPT),
            "shared_script", Assets.text("shared.js"),
            "script", Assets.text("report.js"),
            "content", Json.inPage(new Content(title, summary)));
    return PLACEHOLDER
        .matcher(Assets.text("report.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
  }
}
