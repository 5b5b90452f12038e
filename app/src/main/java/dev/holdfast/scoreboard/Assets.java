package dev.holdfast.scoreboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files of the pages, from the jar. */
final class Assets {
  static final String PLOT_SCRIPT = "uPlot.iife.min.js";
  static final String PLOT_STYLE = "uPlot.min.css";

  private Assets() {}

  static String text(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("/scoreboard/" + name)) {
      if (in == null) {
        throw new IllegalStateException("scoreboard/" + name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read scoreboard/" + name, e);
    }
  }
}
