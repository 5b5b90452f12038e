package dev.holdfast.counters.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.holdfast.counters.Actor;
import dev.holdfast.counters.Address;
import dev.holdfast.counters.ConfigureOutcome;
import dev.holdfast.counters.Counter;
import dev.holdfast.counters.CounterName;
import dev.holdfast.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The JSON of clients (RFC 8259): what they post, and what they get. */
final class CounterJson {
  /** Addresses in one configuration, at most. */
  static final int ACTORS_MAX = 256;

  private static final String ACTORS = "actors";
  private static final String FORGET = "forget";
  private static final Set<String> OF_CONFIGURATION = Set.of(ACTORS, FORGET);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Amounts.DIGITS_MAX)
                  .maxNestingDepth(4)
                  .build())
          .build();

  private CounterJson() {}

  /** Writes JSON. */
  interface Writer {
    /** Writes the members of one object. */
    void write(JsonGenerator json) throws IOException;
  }

  /** A configuration as a client posts it. */
  record Posted(NavigableSet<Address> actors, List<Address> forget) {}

  /** Reads the value that the parser stands before. */
  private interface Reader<T> {
    T read(JsonParser json) throws IOException;
  }

  /**
   * Reads a configuration.
   *
   * @param port of an address that names none
   * @throws dev.holdfast.http.ProblemException 400 with the fault if it is none
   */
  static Posted configuration(byte[] body, int port) {
    Map<String, List<Address>> lists = read(body, json -> lists(json, port));
    List<Address> actors = lists.getOrDefault(ACTORS, List.of());
    if (actors.isEmpty()) {
      throw bad("the body has to name the actors, such as {\"actors\": [\"10.0.0.1\"]}");
    }
    ListedAddresses.require(actors);
    return new Posted(new TreeSet<>(actors), lists.getOrDefault(FORGET, List.of()));
  }

  private static Map<String, List<Address>> lists(JsonParser json, int port) throws IOException {
    var lists = new LinkedHashMap<String, List<Address>>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      if (!OF_CONFIGURATION.contains(member)) {
        throw bad("a configuration has " + ACTORS + " and " + FORGET + " alone");
      }
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw bad(member + " has to be a list of addresses");
      }
      var list = new ArrayList<Address>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(address(json, member, port));
        if (list.size() > ACTORS_MAX) {
          throw bad(member + " has more than " + ACTORS_MAX + " addresses");
        }
      }
      lists.put(member, list);
    }
    return lists;
  }

  private static Address address(JsonParser json, String member, int port) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw bad(member + " has to be a list of addresses, which are strings");
    }
    try {
      return Address.parse(json.getText(), port);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage());
    }
  }

  /**
   * Reads amounts by names.
   *
   * @throws dev.holdfast.http.ProblemException 400 with the fault if they are none, 413 if there
   *     are too many counters or digits, 414 if a name is too long
   */
  static Map<CounterName, BigInteger> amounts(byte[] body) {
    return read(
        body,
        json -> {
          var amounts = new TreeMap<CounterName, BigInteger>();
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            CounterName name = CounterTarget.name(json.currentName());
            String what = "the amount of " + name;
            if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
              throw bad(what + " has to be a number from 0 on, without a point or an exponent");
            }
            if (amounts.put(name, Amounts.digits(json.getText(), what)) != null) {
              throw bad("the counter " + name + " is there twice");
            }
            if (amounts.size() > Actor.COUNTERS_MAX) {
              throw Problem.of(413, "there are more than " + Actor.COUNTERS_MAX + " counters")
                  .asException();
            }
          }
          return amounts;
        });
  }

  /** Reads one object with nothing behind it. */
  private static <T> T read(byte[] body, Reader<T> members) {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw bad("the body has to be an object of JSON");
      }
      T read = members.read(json);
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw bad("there is more behind the object");
      }
      return read;
    } catch (StreamConstraintsException e) {
      throw Problem.of(413, "a number or a name is too long: " + e.getOriginalMessage())
          .asException();
    } catch (IOException e) {
      throw bad("the body is not JSON: " + message(e));
    }
  }

  private static String message(IOException e) {
    return e instanceof com.fasterxml.jackson.core.JsonProcessingException malformed
        ? malformed.getOriginalMessage()
        : e.getMessage();
  }

  private static RuntimeException bad(String fault) {
    return Problem.of(400, fault).asException();
  }

  /** Writes an object. */
  static byte[] object(Writer members) {
    var out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("JSON could not be written", e);
    }
    return out.toByteArray();
  }

  /**
   * Returns a configuration that is in force.
   *
   * @param warnings about it, each a sentence
   */
  static byte[] configured(ConfigureOutcome.Configured outcome, List<String> warnings) {
    return object(
        json -> {
          json.writeNumberField("version", outcome.configuration().version());
          addresses(json, ACTORS, outcome.configuration().actors());
          addresses(json, "not_reached", outcome.notReached());
          addresses(json, "not_confirmed", outcome.unconfirmed());
          if (!warnings.isEmpty()) {
            texts(json, "warnings", warnings);
          }
        });
  }

  private static void addresses(JsonGenerator json, String member, Collection<Address> addresses)
      throws IOException {
    texts(json, member, addresses.stream().map(Address::toString).toList());
  }

  private static void texts(JsonGenerator json, String member, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(member);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /**
   * Returns names and values.
   *
   * @param hasMore true if there are more behind them
   */
  static byte[] page(List<Counter> counters, boolean hasMore) {
    return object(
        json -> {
          json.writeObjectFieldStart("counters");
          for (Counter counter : counters) {
            json.writeFieldName(counter.name().toString());
            json.writeNumber(counter.total());
          }
          json.writeEndObject();
          if (hasMore) {
            json.writeStringField("next", counters.getLast().name().toString());
          }
        });
  }
}
