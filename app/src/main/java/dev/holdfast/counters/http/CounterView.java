package dev.holdfast.counters.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.counters.Actor;
import dev.holdfast.counters.ActorStatus.PeerStatus;
import dev.holdfast.counters.CounterName;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.SlotShare;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One counter as this actor knows it, in JSON: its value, and the part of every actor. */
final class CounterView {
  private CounterView() {}

  /**
   * Returns it. Actors at the addresses of the configuration are there also without a share. One of
   * which it is not known that its counts are here has no {@code age_ms}.
   */
  static byte[] of(Actor actor, CounterName name) {
    var shares = new TreeMap<Id, BigInteger>();
    for (SlotShare share : actor.shares(name)) {
      shares.merge(share.actor(), share.value(), BigInteger::add);
    }
    BigInteger value = shares.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    List<PeerStatus> peers = actor.peers();
    for (PeerStatus peer : peers) {
      peer.actor().ifPresent(id -> shares.putIfAbsent(id, BigInteger.ZERO));
    }
    shares.putIfAbsent(actor.id(), BigInteger.ZERO);
    return CounterJson.object(
        json -> {
          json.writeStringField("name", name.toString());
          json.writeFieldName("value");
          json.writeNumber(value);
          json.writeArrayFieldStart("actors");
          for (Map.Entry<Id, BigInteger> share : shares.entrySet()) {
            write(json, share.getKey(), share.getValue(), actor.id(), peers);
          }
          json.writeEndArray();
        });
  }

  private static void write(
      JsonGenerator json, Id whose, BigInteger share, Id self, List<PeerStatus> peers)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("actor", whose.toString());
    json.writeFieldName("share");
    json.writeNumber(share);
    if (whose.equals(self)) {
      json.writeBooleanField("self", true);
      json.writeNumberField("age_ms", 0);
    }
    for (PeerStatus peer : peers) {
      if (peer.actor().filter(whose::equals).isPresent() && !whose.equals(self)) {
        json.writeStringField("address", peer.address().toString());
        if (peer.newsAgeMs().isPresent()) {
          json.writeNumberField("age_ms", peer.newsAgeMs().getAsLong());
        }
        break;
      }
    }
    json.writeEndObject();
  }
}
