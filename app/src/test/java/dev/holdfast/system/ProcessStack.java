package dev.holdfast.system;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.names.Ring;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A whole stack whose sidecars are processes that can be killed: stand-ins in this JVM, sidecars
 * and nginx as child processes.
 *
 * <p>Threading: for one thread at a time.
 */
public final class ProcessStack implements AutoCloseable {
  private final Path dataDir;
  private final int heapMb;
  private final List<String> options;
  private final int frontPort;
  private final List<Integer> ports;
  private final List<FileServer> standIns = new ArrayList<>();
  private final SidecarProcess[] sidecars;
  private final Thread atExit = new Thread(this::stopAll);
  private NginxProcess nginx;

  private ProcessStack(Path dataDir, int pairs, int heapMb, List<String> options)
      throws IOException {
    this.dataDir = dataDir;
    this.heapMb = heapMb;
    this.options = options;
    List<Integer> free = FreePorts.take(pairs + 1);
    this.frontPort = free.getFirst();
    this.ports = free.subList(1, pairs + 1);
    this.sidecars = new SidecarProcess[pairs];
  }

  /**
   * Starts a stack with the real latency, limits and faults.
   *
   * @param options the options of the sidecars
   */
  public static ProcessStack start(Path dataDir, int pairs, int heapMb, String... options)
      throws IOException, InterruptedException {
    var stack = new ProcessStack(dataDir, pairs, heapMb, Arrays.asList(options));
    Runtime.getRuntime().addShutdownHook(stack.atExit);
    try {
      stack.startParts();
      return stack;
    } catch (IOException | InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  public StackFacts facts() {
    return new StackFacts(
        URI.create("http://127.0.0.1:" + frontPort), dataDir, List.copyOf(standIns));
  }

  public SidecarProcess sidecar(int index) {
    return sidecars[index];
  }

  public FileServer standIn(int index) {
    return standIns.get(index);
  }

  /** Returns the address of a sidecar. */
  public URI uriOf(int index) {
    return URI.create("http://" + ring().get(index));
  }

  /** Returns which sidecar has a name. */
  public int ownerOf(String name) {
    return ownerOf(ring(), name);
  }

  /** Returns which sidecar of a ring has a name. */
  public static int ownerOf(List<String> ring, String name) {
    return Ring.of(ring).ownerOf(StackFacts.parsed(name).ringKey());
  }

  /** Returns a plain name of this sidecar that no other call returns. */
  public String nameOf(int index, int number) {
    for (int i = 0; ; i++) {
      String name = "name-" + number + "-" + i;
      if (ownerOf(name) == index) {
        return name;
      }
    }
  }

  /** Starts a sidecar that does not run. It is ready when this returns. */
  public void startSidecar(int index) throws IOException, InterruptedException {
    sidecars[index] = launch(index);
    sidecars[index].awaitReady(ports.get(index));
  }

  /** Kills a sidecar and starts it again, for {@code HostileTraffic.every}. */
  public void killAndStart(int index) {
    killAndStart(index, () -> {});
  }

  /** Kills a sidecar, does this, and starts it again, for {@code HostileTraffic.every}. */
  public void killAndStart(int index, Runnable whileKilled) {
    try {
      sidecars[index].kill();
      whileKilled.run();
      startSidecar(index);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Stops nginx, which then writes its log out, and reads the log. */
  public List<String> stopAndReadLog() throws IOException {
    nginx.close();
    return Files.readAllLines(dataDir.resolve("access.log"));
  }

  public String logOf(int index) throws IOException {
    return Files.readString(log(index));
  }

  @Override
  public void close() {
    stopAll();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void stopAll() {
    if (nginx != null) {
      nginx.close();
    }
    for (SidecarProcess sidecar : sidecars) {
      if (sidecar != null) {
        sidecar.close();
      }
    }
    standIns.forEach(FileServer::close);
  }

  private void startParts() throws IOException, InterruptedException {
    for (int i = 0; i < sidecars.length; i++) {
      standIns.add(FileServer.start(FileServerConfig.real(dataDir.resolve("files"))));
    }
    for (int i = 0; i < sidecars.length; i++) {
      sidecars[i] = launch(i);
    }
    for (int i = 0; i < sidecars.length; i++) {
      sidecars[i].awaitReady(ports.get(i));
    }
    nginx =
        NginxProcess.start(
            NginxProcess.find(Optional.empty()),
            dataDir.resolve("nginx"),
            new NginxConfig(
                new NginxConfig.Listen("127.0.0.1", frontPort),
                ring(),
                Published.in(dataDir.resolve("staging"), ring()),
                new NginxConfig.Logs(dataDir.resolve("access.log"), NginxConfig.Logs.STDERR),
                NginxFixture.workers(),
                NginxConfig.Limits.DEFAULT,
                false,
                HostedServices.NGINX));
  }

  private SidecarProcess launch(int index) throws IOException {
    var all =
        new ArrayList<>(
            List.of(
                "--port",
                Integer.toString(ports.get(index)),
                "--ring",
                String.join(",", ring()),
                "--self",
                ring().get(index),
                "--origin",
                standIns.get(index).uri().toString(),
                "--staging-dir",
                dataDir.resolve("staging").toString()));
    all.addAll(options);
    return SidecarProcess.launch(log(index), heapMb, all);
  }

  private Path log(int index) {
    return dataDir.resolve("sidecar-" + (index + 1) + ".log");
  }

  private List<String> ring() {
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }
}
