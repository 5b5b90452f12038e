package dev.holdfast.stack;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.http.Ports;
import dev.holdfast.nginx.AccessLog;
import dev.holdfast.nginx.LeftNginx;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxKeeper;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.scoreboard.BoardConfig;
import dev.holdfast.scoreboard.LiveBoard;
import dev.holdfast.service.StartFailure;
import dev.holdfast.service.StartFailure.Listener;
import dev.holdfast.sidecar.Epoch;
import dev.holdfast.sidecar.Sidecar;
import dev.holdfast.sidecar.SidecarConfig;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running stack on one machine: stand-ins and sidecars in this JVM, nginx as a child process.
 *
 * <p>Threading: {@link #close} may be called from any thread, and more than once.
 */
public final class Stack implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Stack.class);

  private static final String LOOPBACK = "127.0.0.1";

  private final StackConfig config;
  private final Consumer<String> progress;
  private final List<FileServer> standIns = new ArrayList<>();
  private final List<Sidecar> sidecars = new ArrayList<>();
  private final Deque<AutoCloseable> running = new ArrayDeque<>(); // guarded by this
  private boolean closed; // guarded by this
  private NginxKeeper keeper; // set once, before the stack is handed out

  private Stack(StackConfig config, Consumer<String> progress) {
    this.config = config;
    this.progress = progress;
  }

  /**
   * Starts a stack, the file servers first and nginx last.
   *
   * @param progress gets one line for each part that comes up
   * @throws StartFailure if a port is taken, a directory cannot be used or nginx is missing;
   *     nothing is left running then
   */
  public static Stack start(StackConfig config, Consumer<String> progress) throws StartFailure {
    return start(config, progress, _ -> {});
  }

  /**
   * Starts a stack that may have to be closed before it is up.
   *
   * @param starting gets the stack before any part is started
   */
  public static Stack start(StackConfig config, Consumer<String> progress, Consumer<Stack> starting)
      throws StartFailure {
    var stack = new Stack(config, progress);
    starting.accept(stack);
    try {
      stack.startParts();
      return stack;
    } catch (StartFailure | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /** Returns the address of nginx. */
  public URI front() {
    String host = config.front().host().equals("0.0.0.0") ? "127.0.0.1" : config.front().host();
    return URI.create("http://" + host + ":" + config.front().port());
  }

  /**
   * Waits until the stack cannot go on.
   *
   * @return the reason, in one line
   */
  public String awaitFailure() throws InterruptedException {
    try {
      return keeper.givenUp().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of nginx could not be learnt", e);
    }
  }

  public List<FileServer> standIns() {
    return standIns;
  }

  public List<Sidecar> sidecars() {
    return sidecars;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        log.warn("a part of the stack did not stop cleanly", e);
      }
    }
  }

  private void startParts() throws StartFailure {
    Path published = Epoch.published(config.stagingDir(), Epoch.of(config.ring()));
    NginxConfig nginx = nginxConfig(published);
    Path program = findNginx(); // after the settings, whose faults need no nginx to be told
    Sidecar.requireKnownFormat(config.stagingDir());
    makeDirectories();
    keep(lockNginxDir());
    endLeftNginx();
    requirePort(config.front().host(), config.front().port(), Listener.NGINX);
    if (config.scoreboard().port() != 0) {
      requirePort(LOOPBACK, config.scoreboard().port(), Listener.SCOREBOARD);
    }
    AccessLog accessLog = accessLog();
    List<URI> origins = new ArrayList<>(config.origins());
    for (int i = 0; i < config.standIns().size(); i++) {
      FileServer standIn = startStandIn(config.standIns().get(i));
      origins.add(standIn.uri());
      standIns.add(standIn);
      keep(standIn);
      progress.accept("file server " + (i + 1) + "  " + standIn.uri() + "  (stand-in)");
    }
    for (int i = 0; i < origins.size(); i++) {
      Sidecar sidecar = startSidecar(config.sidecar(i, origins.get(i)), accessLog::growthMax);
      sidecars.add(sidecar);
      keep(sidecar);
      progress.accept(
          "sidecar "
              + (i + 1)
              + "      http://"
              + config.ring().get(i)
              + "  for "
              + origins.get(i));
    }
    awaitReady();
    if (config.scoreboard().port() != 0) {
      keep(startScoreboard()); // before nginx, so that it misses nothing
    }
    keeper = startNginx(program, nginx, accessLog);
    keep(keeper);
    progress.accept("nginx          " + front());
    if (config.scoreboard().port() != 0) {
      progress.accept("scoreboard     http://" + LOOPBACK + ":" + config.scoreboard().port());
    }
  }

  /** Refuses a taken port before any part is started that would have to be stopped again. */
  private static void requirePort(String host, int port, Listener listener) throws StartFailure {
    try {
      Ports.requireFree(host, port);
    } catch (IOException e) {
      throw new StartFailure.PortTaken(listener, e);
    }
  }

  private LiveBoard startScoreboard() throws StartFailure {
    var board =
        new BoardConfig(
            LOOPBACK,
            config.scoreboard().port(),
            config.accessLog(),
            config.ring(),
            config.scoreboard().summary(),
            BoardConfig.VIEWERS_MAX_DEFAULT);
    try {
      return LiveBoard.start(board, InstantSource.system());
    } catch (BindException e) {
      throw new StartFailure.PortTaken(Listener.SCOREBOARD, e);
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable("cannot read " + e.getMessage(), e);
    }
  }

  /** Waits for all sidecars together, since one may wait until another has settled moved writes. */
  private void awaitReady() throws StartFailure {
    try {
      for (Sidecar sidecar : sidecars) {
        sidecar.awaitReady();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure.DirectoryUnusable("interrupted before all was settled", e);
    }
  }

  private synchronized void keep(AutoCloseable part) {
    running.push(part);
    if (closed) {
      close(); // the stack was closed meanwhile, without this part
    }
  }

  private void makeDirectories() throws StartFailure {
    try {
      Files.createDirectories(config.stagingDir());
      Files.createDirectories(config.accessLog().getParent());
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable("cannot create " + e.getMessage(), e);
    }
    if (!Files.isWritable(config.stagingDir())) {
      throw new StartFailure.DirectoryUnusable(config.dataDir() + " is not writable", null);
    }
  }

  /** Locks nginx's directory, so that no other stack ends this stack's nginx. */
  private Closeable lockNginxDir() throws StartFailure {
    try {
      return new LocalDisk()
          .tryLock(config.nginxDir().resolve("lock"))
          .orElseThrow(
              () ->
                  new StartFailure.DirectoryUnusable(
                      config.dataDir() + " is in use by another Holdfast", null));
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable("cannot lock " + e.getMessage(), e);
    }
  }

  private void endLeftNginx() throws StartFailure {
    try {
      List<Long> left = new LeftNginx(config.nginxDir()).end();
      if (!left.isEmpty()) {
        log.warn("an earlier start was killed; its nginx still ran and was ended: {}", left);
      }
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable(e.getMessage(), e);
    }
  }

  private AccessLog accessLog() throws StartFailure {
    try {
      return new AccessLog(config.accessLog(), config.front().logsBytesMax());
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable("cannot read " + e.getMessage(), e);
    }
  }

  private static FileServer startStandIn(FileServerConfig standIn) throws StartFailure {
    try {
      return FileServer.start(standIn);
    } catch (BindException e) {
      throw new StartFailure.PortTaken(Listener.FILE_SERVER, e);
    } catch (IOException e) {
      throw new StartFailure.DirectoryUnusable(e.getMessage(), e);
    }
  }

  private static Sidecar startSidecar(SidecarConfig sidecar, LongSupplier reservedBytes)
      throws StartFailure {
    return Sidecar.start(sidecar, reservedBytes);
  }

  private Path findNginx() throws StartFailure {
    try {
      return NginxProcess.find(config.front().nginx());
    } catch (IOException e) {
      throw new StartFailure.NginxUnusable(e);
    }
  }

  private NginxKeeper startNginx(Path program, NginxConfig nginx, AccessLog accessLog)
      throws StartFailure {
    try {
      return NginxKeeper.start(program, config.nginxDir(), nginx, accessLog);
    } catch (BindException e) {
      throw new StartFailure.PortTaken(Listener.NGINX, e);
    } catch (IOException e) {
      throw new StartFailure.NginxUnusable(e);
    }
  }

  private NginxConfig nginxConfig(Path published) throws StartFailure {
    try {
      return unchecked(published);
    } catch (IllegalArgumentException e) {
      throw new StartFailure.BadSetting(e);
    }
  }

  private NginxConfig unchecked(Path published) {
    return new NginxConfig(
        new NginxConfig.Listen(config.front().host(), config.front().port()),
        config.ring(),
        published,
        new NginxConfig.Logs(config.accessLog(), NginxConfig.Logs.STDERR),
        new NginxConfig.Workers(
            // Those of a master that is root would run as nobody, who may not read a private home.
            ProcessHandle.current().info().user().filter("root"::equals).orElse(""),
            config.front().workers(),
            NginxConfig.Workers.DEFAULT.memoryBytesMax()),
        new NginxConfig.Limits(
            Math.max(1, config.settings().files().bodyBytesMax()),
            NginxConfig.Limits.DEFAULT.connectTimeoutMs(),
            NginxConfig.Limits.DEFAULT.sendTimeoutMs(),
            NginxConfig.Limits.DEFAULT.readTimeoutMs()),
        config.settings().cas().actionsComplete(),
        config.settings().services().stream().map(service -> service.type().nginx()).toList());
  }
}
