package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Measurements at growing values of one quantity: a file of figures, and a plot of each column.
 *
 * <p>Threading: of one thread.
 */
final class Series {
  private final String name;
  private final String x;
  private final List<String> columns;
  private final List<double[]> points = new ArrayList<>();

  /**
   * @param name the name of the files
   * @param x the quantity that grows
   * @param columns the measured quantities, each with its unit
   */
  Series(String name, String x, List<String> columns) {
    this.name = name;
    this.x = x;
    this.columns = List.copyOf(columns);
  }

  /**
   * @param values one for each column; NaN for none
   */
  void add(double at, double... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException("not " + columns.size() + " values: " + values.length);
    }
    var point = new double[values.length + 1];
    point[0] = at;
    System.arraycopy(values, 0, point, 1, values.length);
    points.add(point);
  }

  /** Returns the figures, separated by tabs, under a line that names them. */
  String text() {
    var text = new StringBuilder(x + "\t" + String.join("\t", columns) + "\n");
    for (double[] point : points) {
      text.append(
              java.util.Arrays.stream(point)
                  .mapToObj(v -> String.format(Locale.ROOT, "%.6g", v))
                  .collect(Collectors.joining("\t")))
          .append('\n');
    }
    return text.toString();
  }

  /**
   * Returns the gnuplot script: one plot for each column, one below the other, with a logarithmic
   * {@code x}.
   */
  String script(Path figures, Path svg) {
    var script = new StringBuilder();
    script.append(
        "set terminal svg size 720,%d dynamic background '#ffffff'%n"
            .formatted(220 * columns.size()));
    script.append("set output '%s'%n".formatted(svg));
    script.append(
        "set datafile separator '\\t'\nset multiplot layout %d,1%n".formatted(columns.size()));
    script.append(
        "set key off\nset grid\nset yrange [0:*]\nset offsets graph 0, 0, graph 0.1, 0\n");
    double least = points.stream().mapToDouble(p -> p[0]).min().orElse(1);
    double most = points.stream().mapToDouble(p -> p[0]).max().orElse(1);
    if (least > 0 && most / least > 10) {
      script.append("set logscale x\n");
    }
    script.append("set xlabel '%s'%n".formatted(x));
    for (int i = 0; i < columns.size(); i++) {
      script.append("set title '%s'%n".formatted(columns.get(i)));
      script.append(
          "plot '%s' using 1:%d skip 1 title '%s' with linespoints pt 7 ps 0.5 lw 1.5%n"
              .formatted(figures, i + 2, columns.get(i)));
    }
    return script.append("unset multiplot\n").toString();
  }

  /** Writes the figures and the plot. */
  void plot(Path directory, Children children, String cores)
      throws IOException, InterruptedException {
    Path figures = directory.resolve(name + ".tsv").toAbsolutePath();
    Path svg = directory.resolve(name + ".svg").toAbsolutePath();
    Files.writeString(figures, text());
    Path script = Files.createTempFile("plot", ".gnuplot");
    Files.writeString(script, script(figures, svg));
    children.run(cores, script.getParent(), List.of("gnuplot", script.toString()));
    Files.delete(script);
  }
}
