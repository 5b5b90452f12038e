package dev.holdfast.watcher.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** A file of YAML as a tree of nodes, within bounds. */
final class YamlText {
  /** The deepest nesting of lists and mappings. */
  static final int NESTING_MAX = 20;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private YamlText() {}

  /** Returns the text of a file, or complains and returns empty. */
  static Optional<String> read(Path file, Complaints complaints) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, complaints);
    } catch (NoSuchFileException e) {
      complaints.add(0, "there is no such file; 'holdfast watch example' writes one");
      return Optional.empty();
    } catch (IOException e) {
      complaints.add(0, "the file cannot be read: " + e);
      return Optional.empty();
    }
  }

  /**
   * Returns the text of a stream, or complains and returns empty.
   *
   * @throws IOException if the stream fails
   */
  static Optional<String> read(InputStream stream, Complaints complaints) throws IOException {
    byte[] bytes = stream.readNBytes(WatchFile.FILE_BYTES_MAX + 1);
    if (bytes.length > WatchFile.FILE_BYTES_MAX) {
      complaints.add(
          0,
          "the file has more than "
              + WatchFile.FILE_BYTES_MAX
              + " bytes; move what is alike"
              + " into 'defaults' or into groups");
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(in).toString());
    } catch (CharacterCodingException e) {
      // The decoder stops in front of the bytes that are wrong.
      String before = new String(bytes, 0, in.position(), StandardCharsets.UTF_8);
      complaints.add(lines(before), "the line is not UTF-8; save the file as UTF-8");
      return Optional.empty();
    }
  }

  /**
   * Returns the root of a text. Complains and returns empty if it is no YAML, or if it is empty.
   */
  static Optional<Node> parse(String text, Complaints complaints) {
    return parse(text, WatchFile.NODES_MAX, complaints);
  }

  /**
   * Does the same with another bound.
   *
   * @param nodesMax the most names, values, lists and mappings
   */
  static Optional<Node> parse(String text, int nodesMax, Complaints complaints) {
    String plain = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    Node root = null;
    try {
      root = yaml(nodesMax).compose(new StringReader(plain));
    } catch (MarkedYAMLException e) {
      complaints.add(
          Math.min(line(e), lines(plain.stripTrailing())),
          "the line is no YAML: " + e.getProblem());
      return Optional.empty();
    } catch (ReaderException e) {
      int characters = Math.min(e.getPosition(), plain.codePointCount(0, plain.length()));
      String before = plain.substring(0, plain.offsetByCodePoints(0, characters));
      complaints.add(
          lines(before),
          "the line has a character that YAML does not have; write it as an escape in double"
              + " quotes, such as \"\\x07\"");
      return Optional.empty();
    } catch (TooManyNodesException e) {
      complaints.add(0, e.getMessage());
      return Optional.empty();
    } catch (YAMLException e) {
      int line = firstLineNestedTooDeep(plain);
      complaints.add(
          line,
          line == 0
              ? "the file is no YAML: " + e.getMessage()
              : "lists and mappings are nested more than " + NESTING_MAX + " deep; nest less");
      return Optional.empty();
    }
    if (root == null || root.getTag().equals(Tag.NULL)) {
      complaints.add(0, "the file is empty; write 'endpoints:' and a list below it");
      return Optional.empty();
    }
    return Optional.of(root);
  }

  private static Yaml yaml(int nodesMax) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(WatchFile.FILE_BYTES_MAX);
    options.setNestingDepthLimit(NESTING_MAX);
    // Aliases are refused where they are, with their line. None is followed.
    options.setMaxAliasesForCollections(Integer.MAX_VALUE);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options),
        new Representer(unused),
        unused,
        options,
        new CountingResolver(nodesMax));
  }

  /** Counts the nodes of a file: YAML asks it for the type of each. */
  private static final class CountingResolver extends Resolver {
    private final int nodesMax;
    private int nodes;

    CountingResolver(int nodesMax) {
      this.nodesMax = nodesMax;
    }

    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
      nodes++;
      if (nodes > nodesMax) {
        throw new TooManyNodesException(nodesMax);
      }
      return super.resolve(kind, value, implicit);
    }
  }

  private static final class TooManyNodesException extends YAMLException {
    private static final long serialVersionUID = 1L;

    TooManyNodesException(int nodesMax) {
      super(
          "the file has more than "
              + nodesMax
              + " names and values; move what is alike into 'defaults' or into groups");
    }
  }

  /** Returns the line of a fault: that of what was begun, if it goes on to the end of the file. */
  private static int line(MarkedYAMLException e) {
    boolean isUnclosed = e.getProblem() != null && e.getProblem().contains("stream end");
    Mark mark =
        e.getContextMark() != null && (isUnclosed || e.getProblemMark() == null)
            ? e.getContextMark()
            : e.getProblemMark();
    return mark == null ? 0 : mark.getLine() + 1;
  }

  /** Returns the line, from 1 on, whose nesting is too deep, or 0 if there is none. */
  private static int firstLineNestedTooDeep(String text) {
    int depth = 0;
    try {
      for (Event event : yaml(Integer.MAX_VALUE).parse(new StringReader(text))) {
        if (event instanceof CollectionStartEvent && ++depth > NESTING_MAX) {
          return event.getStartMark().getLine() + 1;
        }
        if (event instanceof CollectionEndEvent) {
          depth--;
        }
      }
    } catch (YAMLException e) {
      return 0; // the caller has the fault already, and only its place was sought
    }
    return 0;
  }

  /** Returns the number of the last line of a text, from 1 on. */
  private static int lines(String text) {
    return 1 + (int) text.chars().filter(c -> c == '\n').count();
  }

  /** Returns true if YAML can have the character as it is in double quotes. */
  static boolean isPrintable(int codePoint) {
    return StreamReader.isPrintable(codePoint);
  }
}
