package dev.holdfast.fibonacci;

import java.io.IOException;

/** Does what another one does. */
class ForwardingPublication implements Publication {
  private final Publication right;

  ForwardingPublication(Publication right) {
    this.right = right;
  }

  @Override
  public void prepare(State state) {
    right.prepare(state);
  }

  @Override
  public void show() throws IOException {
    right.show();
  }

  @Override
  public void removeReplaced() {
    right.removeReplaced();
  }

  @Override
  public void withdraw() throws IOException {
    right.withdraw();
  }
}
