package dev.holdfast.fileserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files in the data directory, and this server's memory of their names.
 *
 * <p>Threading: may be used by many requests at once. {@link Turns} keeps two requests of one name
 * apart.
 */
final class Volume {
  private static final int COPY_BYTES = 32 * 1024;

  private final Path dir;
  private final Faults faults;
  private final SendFaults sendFaults;

  /**
   * The names that this server has read or written and not deleted. Other servers may have deleted
   * them.
   */
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  Volume(Path dir, Faults faults, SendFaults sendFaults) {
    this.dir = dir.toAbsolutePath().normalize();
    this.faults = faults;
    this.sendFaults = sendFaults;
  }

  void get(String name, Reply reply) throws IOException {
    Path file = file(name);
    try (InputStream in = openToRead(file)) {
      known.add(name);
      reply.contentType("application/octet-stream");
      send(file, sendFaults.decorate(in, Files.size(file)), reply);
    } catch (NoSuchFileException e) {
      answerAbsent(name, file, reply);
    }
  }

  void put(String name, Upload upload, Reply reply) throws IOException {
    Path file = file(name);
    boolean whole = inPlace() ? write(file, upload) : spoolThenWrite(file, upload, reply);
    if (whole) {
      known.add(name);
      reply.status(201);
      return;
    }
    if (faults.has(Fault.BROKEN_UPLOAD_REMOVES)) {
      remove(name, file);
    }
    reply.error(500, "Write corruption, please retry.");
  }

  void delete(String name, Reply reply) throws IOException {
    Path file = file(name);
    if (!remove(name, file)) {
      reply.contentType(Reply.TEXT);
      reply.write("File not found. Already deleted.");
    }
  }

  private void answerAbsent(String name, Path file, Reply reply) throws IOException {
    if (known.contains(name) && faults.has(Fault.STALE_NAMES)) {
      reply.contentType(Reply.TEXT);
      reply.write("open " + file + ": no such file or directory");
    } else {
      reply.error(404, "File not found.");
    }
  }

  private void send(Path file, InputStream in, Reply reply) throws IOException {
    var buffer = new byte[COPY_BYTES];
    for (int read = 0; read >= 0; ) {
      reply.write(buffer, read);
      try {
        read = in.read(buffer);
      } catch (ConnectionCut e) {
        throw e;
      } catch (IOException e) {
        if (!faults.has(Fault.SEND_ERRORS)) {
          throw new ConnectionCut("the file could not be read to its end: " + e.getMessage());
        }
        reply.write("read " + file + ": " + OpenFailure.reason(e));
        return;
      }
    }
  }

  /**
   * Returns true if an upload destroys the old content before the new one is known to be good: only
   * with both faults.
   */
  private boolean inPlace() {
    return faults.has(Fault.BROKEN_UPLOAD_REMOVES) && faults.has(Fault.ABANDONED_RUNS);
  }

  private boolean write(Path file, Upload upload) throws IOException {
    try (OutputStream out = openToWrite(file)) {
      return upload.copyTo(out);
    }
  }

  private boolean spoolThenWrite(Path file, Upload upload, Reply reply) throws IOException {
    Path spool = Files.createTempFile("holdfast-fileserver-", ".spool");
    try {
      if (!write(spool, upload)) {
        return false;
      }
      if (!faults.has(Fault.ABANDONED_RUNS) && reply.clientGone()) {
        throw new ConnectionCut("the client has given up");
      }
      try (OutputStream out = openToWrite(file)) {
        Files.copy(spool, out);
      }
      return true;
    } finally {
      Files.delete(spool);
    }
  }

  private boolean remove(String name, Path file) throws IOException {
    known.remove(name);
    try {
      return Files.deleteIfExists(file);
    } catch (FileSystemException e) {
      throw new OpenFailure(file.toString(), e);
    }
  }

  private static InputStream openToRead(Path file) throws IOException {
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new OpenFailure(file.toString(), e);
    }
  }

  /** Opens a file to be overwritten in place: a reader of the volume sees half a file meanwhile. */
  private static OutputStream openToWrite(Path file) throws IOException {
    try {
      return Files.newOutputStream(file);
    } catch (FileSystemException e) {
      throw new OpenFailure(file.toString(), e);
    }
  }

  /**
   * Returns the file of a name. {@code ..} is a name like any other here, and leads to a directory.
   */
  private Path file(String name) throws OpenFailure {
    try {
      Path file = dir.resolve(name).normalize();
      if (Files.isDirectory(file)) {
        throw new OpenFailure(file.toString(), "is a directory");
      }
      return file;
    } catch (InvalidPathException e) {
      var failure = new OpenFailure(dir + "/" + name, "invalid argument");
      failure.initCause(e);
      throw failure;
    }
  }
}
