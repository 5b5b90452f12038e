package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final EndpointId A = new EndpointId("a");
  private static final EndpointId B = new EndpointId("b");
  private static final EndpointId C = new EndpointId("c");

  @Test
  void plan_saysWhatComes_whatChangesAndWhatGoes() {
    Plan plan =
        Plan.of(
            present(Results.endpoint("a"), Results.endpoint("b"), Results.endpoint("d")),
            List.of(Results.endpoint("a", 5_000), Results.endpoint("c"), Results.endpoint("d")));

    assertThat(plan.added()).containsExactly(C);
    assertThat(plan.removed()).containsExactly(B);
    assertThat(plan.unchanged()).isEqualTo(1);
    assertThat(plan.changed())
        .containsExactly(
            new Plan.Change(A, List.of(new Plan.Field("intervalMs", "60000", "5000"))));
  }

  @Test
  void plan_ofTheSameList_isEmpty() {
    Plan plan = Plan.of(present(full()), List.of(full()));

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.unchanged()).isEqualTo(1);
  }

  @Test
  void twoWithOneId_areRefused() {
    assertThatThrownBy(
            () -> Plan.of(Map.of(), List.of(Results.endpoint("a"), Results.endpoint("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two endpoints have the id a");
  }

  @Test
  void spec_comesBackAsItWas() throws Exception {
    for (Endpoint endpoint : List.of(full(), Results.endpoint("a"))) {
      JsonNode stored = new ObjectMapper().readTree(SpecJson.write(endpoint).toString());

      assertThat(SpecJson.read(endpoint.id(), stored)).isEqualTo(endpoint);
    }
  }

  @Test
  void spec_keepsSecretsAsReferences() {
    assertThat(SpecJson.write(full()).toString()).contains("${env:PASSWORD}");
  }

  @Test
  void textWithANul_isRefused_withItsEndpointAndField() {
    Endpoint a = Results.endpoint("a");
    Endpoint nul =
        new Endpoint(
            a.id(), "a\0b", a.timing(), a.request(), a.expectation(), a.reach(), a.locations());

    assertThatThrownBy(() -> Plan.of(Map.of(), List.of(nul)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("endpoint a: group has a NUL, which the database cannot keep");
  }

  @Test
  void spec_thatIsNone_isRefusedWithItsEndpoint() {
    assertThatThrownBy(() -> SpecJson.read(A, new ObjectMapper().createObjectNode()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint a: group must be a text");
  }

  /** Returns an endpoint that has something of everything. */
  private static Endpoint full() {
    try {
      return new Endpoint(
          new EndpointId("full"),
          "group",
          new Timing(7_000, 3_000),
          new CheckRequest(
              URI.create("https://site.example/path?q=1"),
              "POST",
              List.of(new CheckRequest.Header("X-Key", new SecretText("${file:/run/key}"))),
              Optional.of(new SecretText("{\"a\": 1}")),
              new CheckRequest.Credentials.Basic(
                  new SecretText("user"), new SecretText("${env:PASSWORD}"))),
          new Expectation(
              StatusSet.parse("200-299,404"),
              List.of(new Expectation.PagePattern("a+", Expectation.Engine.RE2)),
              List.of(new Expectation.PagePattern("(?=b)", Expectation.Engine.JAVA)),
              List.of("text ü"),
              30,
              4_096),
          new Reach(
              new Reach.Resolve.Fixed(InetAddress.getByName("192.0.2.1")),
              Reach.Family.IPV4,
              false,
              false,
              true,
              true,
              List.of("10.0.0.0/8")),
          Set.of("inside", "outside"));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<EndpointId, JsonNode> present(Endpoint... endpoints) {
    var present = new HashMap<EndpointId, JsonNode>();
    for (Endpoint endpoint : endpoints) {
      present.put(endpoint.id(), SpecJson.write(endpoint));
    }
    return present;
  }
}
