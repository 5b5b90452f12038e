package dev.holdfast.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.SecretText.MissingSecretException;
import dev.holdfast.watcher.SecretText.Reference;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretTextTest {
  private static final String VALUE = "s3cr$t\\1";

  @Test
  void references_areFoundInTheirOrder() {
    SecretText text = new SecretText("a ${file:/run/a b} ${env:TOKEN} $env:X ${other:Y} ${env:}");
    assertThat(text.references())
        .containsExactly(new Reference.OfFile("/run/a b"), new Reference.Env("TOKEN"));
    assertThat(text.isReference()).isFalse();
    assertThat(new SecretText("${env:TOKEN}").isReference()).isTrue();
    assertThat(new SecretText("${env:A}${env:B}").isReference()).isFalse();
    assertThat(new SecretText("plain").references()).isEmpty();
  }

  @Test
  void resolved_takesValuesAsTheyAre() throws MissingSecretException {
    SecretText text = new SecretText("user:${env:A}, ${file:/b}.");
    assertThat(text.resolved(reference -> VALUE)).isEqualTo("user:" + VALUE + ", " + VALUE + ".");
    assertThat(text.resolved(reference -> "${env:C}")).isEqualTo("user:${env:C}, ${env:C}.");
  }

  @Test
  void resolved_withoutAValue_namesTheReference() {
    SecretText text = new SecretText("${env:A}");
    assertThatThrownBy(
            () ->
                text.resolved(
                    reference -> {
                      throw new MissingSecretException("no " + reference);
                    }))
        .isInstanceOf(MissingSecretException.class)
        .hasMessageContaining("A");
  }

  @Test
  void endpoint_showsReferences_andNoValue() throws MissingSecretException {
    SecretText token = new SecretText("${env:TOKEN}");
    Endpoint endpoint =
        new Endpoint(
            new EndpointId("a"),
            "",
            Timing.DEFAULT,
            new CheckRequest(
                URI.create("https://a.example/"),
                "GET",
                List.of(),
                Optional.empty(),
                new Credentials.Bearer(token)),
            Expectation.DEFAULT,
            Reach.DEFAULT,
            Set.of());
    assertThat(token.resolved(reference -> VALUE)).isEqualTo(VALUE);
    assertThat(endpoint.toString()).contains("${env:TOKEN}").doesNotContain(VALUE);
  }
}
