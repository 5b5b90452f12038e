package dev.holdfast.bench;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.List;

/** A way to bring the body of a put to the disk and to show it: the steps on files, alone. */
enum PutWay {
  /** A file of its own, forced, renamed to the pending writes, and linked to the published ones. */
  FILE("file, as it is") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      Path spooled = to.incoming(name);
      written(spooled, body, true);
      Files.move(spooled, to.entry(name), StandardCopyOption.ATOMIC_MOVE);
      to.forceEntries();
      Files.createLink(to.published(name), to.entry(name));
    }
  },

  /** The same by one thread for all who wait, who are not woken. */
  FILE_SERVED("file, served by one thread") {
    @Override
    void put(PutDirectories to, List<String> names, byte[] body) throws IOException {
      for (String name : names) {
        written(to.incoming(name), body, true);
      }
      for (String name : names) {
        Files.move(to.incoming(name), to.entry(name), StandardCopyOption.ATOMIC_MOVE);
      }
      to.forceEntries();
      for (String name : names) {
        Files.createLink(to.published(name), to.entry(name));
      }
    }

    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      put(to, List.of(name), body);
    }
  },

  /** The same, with a directory of bodies on their way for each thread: none waits for another. */
  FILE_SPREAD("file, made in own directory") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      Path spooled = to.ownIncoming().resolve(name);
      written(spooled, body, true);
      Files.move(spooled, to.entry(name), StandardCopyOption.ATOMIC_MOVE);
      to.forceEntries();
      Files.createLink(to.published(name), to.entry(name));
    }
  },

  /** The same, made beside the pending writes under a name of its own and renamed there. */
  FILE_BESIDE("file, made beside") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      Path spooled = to.entry("." + name);
      written(spooled, body, true);
      Files.move(spooled, to.entry(name), StandardCopyOption.ATOMIC_MOVE);
      to.forceEntries();
      Files.createLink(to.published(name), to.entry(name));
    }
  },

  /** The same, made among the pending writes at once. A start would have to tell torn bodies. */
  FILE_IN_PLACE("file, made in place") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      written(to.entry(name), body, true);
      to.forceEntries();
      Files.createLink(to.published(name), to.entry(name));
    }
  },

  /** A record of a log, forced for all who wait; then a published file that nobody forces. */
  LOG("log and a file unforced") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      to.log().append(name, body);
      show(to, name, body);
    }
  },

  /** The same by one thread for all who wait, who are not woken: the log at its best. */
  LOG_SERVED("log, served by one thread") {
    @Override
    void put(PutDirectories to, List<String> names, byte[] body) throws IOException {
      for (String name : names) {
        to.log().add(name, body);
      }
      to.log().force();
      for (String name : names) {
        show(to, name, body);
      }
    }

    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      put(to, List.of(name), body);
    }
  },

  /** The log without the published file: also the cost of a copy to a later part of the log. */
  LOG_ALONE("log alone") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      to.log().append(name, body);
    }
  },

  /** The published file without the log. */
  SHOWN_ALONE("file unforced alone") {
    @Override
    void put(PutDirectories to, String name, byte[] body) throws IOException {
      show(to, name, body);
    }
  };

  /** A modification time as the staging store sets one: it stands for the content. */
  private static final FileTime TIME = FileTime.fromMillis(1_234_567_000L);

  private final String title;

  PutWay(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /**
   * Puts a body.
   *
   * @param name of a file that is not there yet
   */
  abstract void put(PutDirectories to, String name, byte[] body) throws IOException;

  /**
   * Puts bodies that wait at the same time.
   *
   * @param names of files that are not there yet
   */
  void put(PutDirectories to, List<String> names, byte[] body) throws IOException {
    for (String name : names) {
      put(to, name, body);
    }
  }

  /** Returns true if the published file is not forced. */
  boolean leavesUnforced() {
    return this == LOG || this == LOG_SERVED || this == SHOWN_ALONE;
  }

  /** Returns true if one thread puts the bodies of all writers that wait. */
  boolean isServed() {
    return this == LOG_SERVED || this == FILE_SERVED;
  }

  private static void show(PutDirectories to, String name, byte[] body) throws IOException {
    Path spooled = to.published("." + name);
    written(spooled, body, false);
    Files.move(spooled, to.published(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void written(Path file, byte[] body, boolean forced) throws IOException {
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
      var bytes = ByteBuffer.wrap(body);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(TIME, TIME, null);
      if (forced) {
        channel.force(true);
      }
    }
  }

  /** Forces a file or a directory. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, READ)) {
      channel.force(true);
    }
  }
}
