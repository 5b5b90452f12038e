package dev.holdfast.system.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads through nginx after an acknowledged write, in every state that the write goes through. */
final class NginxReadYourWriteTest {
  private StackFixture stack;
  private Api front;

  @BeforeEach
  void start() throws Exception {
    stack = StackFixture.start(StackFixture.Setup.DEFAULT.withPairs(1).withMode(Mode.BEHIND));
    front = new Api(stack.nginx());
  }

  @AfterEach
  void stop() throws Exception {
    stack.closeChecked();
  }

  /** The second name is not one that nginx looks for itself. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "two%20words"})
  void readsShowTheLastWrite_inEveryState(String name) throws Exception {
    stack.standIn(0).troubles().start(Trouble.ANSWER_429);
    front.given(name, "pending");
    assertReads(name, "pending");

    stack.standIn(0).troubles().start(Trouble.HANG);
    stack.standIn(0).troubles().stop(Trouble.ANSWER_429);
    Await.until("it is being settled", () -> stack.standIn(0).troubles().held() == 1);
    assertReads(name, "pending");
    front.given(name, "written while it is being settled");
    assertReads(name, "written while it is being settled");

    settle();
    assertReads(name, "written while it is being settled");

    stack.standIn(0).troubles().start(Trouble.HANG);
    assertThat(front.delete(name).status()).isEqualTo(200);
    assertAbsent(name);
    Await.until("it is being deleted", () -> stack.standIn(0).troubles().held() == 1);
    assertAbsent(name);
    front.given(name, "written while it is being deleted");
    assertReads(name, "written while it is being deleted");
    assertThat(front.delete(name).status()).isEqualTo(200);
    assertAbsent(name);

    settle();
    assertAbsent(name);
  }

  private void settle() throws Exception {
    stack.standIn(0).troubles().stopAll();
    assertThat(new Api(stack.sidecar(0)).ask("POST", "/settle").status()).isEqualTo(200);
  }

  private void assertReads(String name, String body) throws Exception {
    assertThat(front.get(name).text()).isEqualTo(body);
    assertThat(front.head(name).status()).isEqualTo(200);
  }

  private void assertAbsent(String name) throws Exception {
    assertThat(front.get(name).status()).isEqualTo(404);
    assertThat(front.head(name).status()).isEqualTo(404);
  }
}
