package dev.holdfast.bench;

import java.nio.file.Path;

/**
 * A build of Holdfast with settings, to measure beside others.
 *
 * @param project the root of a repository in which it is built
 * @param sidecarJvm the options of the sidecars' JVMs
 * @param edit a change of nginx's configuration
 */
record Variant(String title, Path project, String sidecarJvm, Edit edit) {
  /**
   * The JVM options of a sidecar in the containers, without those that depend on the container's
   * size.
   */
  private static final String SIDECAR_JVM =
      "-Xmx512m -XX:MaxDirectMemorySize=64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
          + " -XX:CompileThresholdScaling=0.1 -XX:-UsePerfData";

  /**
   * Replaces one text by another.
   *
   * @param old the text that is in the configuration at least once
   */
  record Edit(String old, String with) {
    private static final String BECOMES = "=>";

    static final Edit NONE = new Edit("", "");

    /**
     * @param text such as {@code tcp_nopush on=>tcp_nopush off}
     */
    static Edit parse(String text) {
      String[] sides = text.split(BECOMES, 2);
      if (sides.length < 2 || sides[0].isEmpty()) {
        throw new IllegalArgumentException("not OLD=>NEW: " + text);
      }
      return new Edit(sides[0], sides[1]);
    }

    String title() {
      return old + BECOMES + with;
    }

    String of(String config) {
      if (!config.contains(old)) {
        throw new IllegalArgumentException("nginx's configuration has no " + old);
      }
      return old.isEmpty() ? config : config.replace(old, with);
    }
  }

  /**
   * Returns the unchanged build. The system property {@code holdfast.bench.sidecarJvm} gives other
   * options.
   */
  static Variant asItIs(Path project) {
    return new Variant(
        "as it is",
        project,
        System.getProperty("holdfast.bench.sidecarJvm", SIDECAR_JVM),
        Edit.NONE);
  }

  Variant withJvm(String options) {
    return new Variant(options, project, sidecarJvm + " " + options, edit);
  }

  Variant withEdit(Edit other) {
    return new Variant(other.title(), project, sidecarJvm, other);
  }

  Variant of(Path other) {
    return new Variant(other.toString(), other, sidecarJvm, edit);
  }
}
