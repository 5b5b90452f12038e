package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.system.ProductJvm;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process in which one actor runs, or several, whose end is then one. It may be ended and started
 * again, with the same directories.
 */
final class ActorProcess implements AutoCloseable {
  private static final List<String> SMALL =
      List.of("-Xss256k", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError");

  /** Of the heap, for the process and for each of its actors. */
  private static final int HEAP_MB = 32;

  private final List<ActorClient> actors;
  private final Launch launch;
  private final Path log;
  private Process process;

  /** Says how a process is started. */
  @FunctionalInterface
  private interface Launch {
    ProcessBuilder builder() throws IOException;
  }

  /**
   * @param prefix of the command, such as one that enters a namespace
   * @param actors one or more
   * @param place the directory of the actors' directories
   * @param options further options of each actor
   */
  ActorProcess(List<String> prefix, List<ActorClient> actors, Path place, List<String> options) {
    this(actors, place, () -> builder(prefix, actors, place, options));
  }

  private ActorProcess(List<ActorClient> actors, Path place, Launch launch) {
    this.actors = List.copyOf(actors);
    this.log = place.resolveSibling("actor-" + actors.getFirst().id() + ".log");
    this.launch = launch;
  }

  /**
   * Makes the process of an actor that is packed for machines without Java.
   *
   * @param place the directory of the actors' directories, below that which was unpacked
   * @param programs the directory of all programs that it finds
   */
  static ActorProcess packed(ActorClient actor, Path place, Path programs, List<String> options) {
    var words = new ArrayList<>(List.of("./challenge/bin/challenge-executable", "" + actor.id()));
    words.addAll(List.of("--host", actor.host(), "--port", "" + actor.port()));
    words.addAll(options);
    var builder = new ProcessBuilder(words).directory(place.getParent().getParent().toFile());
    builder.environment().clear();
    builder.environment().put("PATH", programs.toString());
    return new ActorProcess(List.of(actor), place, () -> builder);
  }

  /**
   * Returns what starts it now: the classes of the product may be in a file since the last time.
   */
  private static ProcessBuilder builder(
      List<String> prefix, List<ActorClient> actors, Path place, List<String> options)
      throws IOException {
    var small = new ArrayList<>(SMALL);
    small.add("-Xmx" + HEAP_MB * (1 + actors.size()) + "m");
    var words = new ArrayList<>(prefix);
    if (actors.size() == 1) {
      words.addAll(ProductJvm.command(small));
      words.add(Main.class.getName());
    } else {
      words.addAll(ProductJvm.commandWithTests(small));
      words.add(SeveralActors.class.getName());
    }
    for (ActorClient actor : actors) {
      if (!actor.equals(actors.getFirst())) {
        words.add(SeveralActors.AND);
      }
      words.addAll(List.of("counters", "--id=" + actor.id(), "--host=" + actor.host()));
      words.addAll(List.of("--port=" + actor.port(), "--data-dir=" + place));
      words.addAll(options);
    }
    var builder = new ProcessBuilder(words);
    builder.environment().put("LANG", "C.UTF-8");
    return builder;
  }

  /** Starts it. */
  void start() throws IOException {
    assertThat(isAlive()).isFalse();
    ProcessBuilder builder = launch.builder().redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process = builder.start();
  }

  /** Waits until all of its actors take requests. */
  void awaitUp() throws Exception {
    for (ActorClient actor : actors) {
      Await.until("actor " + actor.id() + " is up", () -> actor.isUp() || !process.isAlive());
      assertThat(process.isAlive()).as(this::said).isTrue();
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends the signal of {@code kill -9}, and does not wait. */
  void sendKill() {
    process.destroyForcibly();
  }

  /** Lets it stand still (SIGSTOP). */
  void pause() throws Exception {
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  void resume() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits until it has ended by itself. Returns its exit code. */
  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Returns its output of all lives. */
  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
