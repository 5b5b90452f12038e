package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import java.io.IOException;

/** A mistake in how a state is shown. */
enum PublicationBug {
  AFTER_THE_ANSWERS {
    @Override
    Publication of(Disk disk, Publication right) {
      return new ForwardingPublication(right) {
        @Override
        public void show() {}

        @Override
        public void removeReplaced() {
          try {
            right.show();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        }
      };
    }
  },
  WHILE_READERS_OF_THE_SIDECAR_SEE_THE_STATE_BEFORE {
    @Override
    Publication of(Disk disk, Publication right) {
      return new ForwardingPublication(right) {
        @Override
        public void prepare(State state) {
          right.prepare(state);
          try {
            right.show();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        }

        @Override
        public void show() {}
      };
    }
  },
  TWO_RENAMES {
    @Override
    Publication of(Disk disk, Publication right) {
      return new TwoRenames(disk);
    }
  },
  NEVER_AGAIN_AFTER_THE_START {
    @Override
    Publication of(Disk disk, Publication right) {
      return new ForwardingPublication(right) {
        private int shown;

        @Override
        public void show() throws IOException {
          if (shown++ == 0) {
            right.show();
          }
        }
      };
    }
  };

  abstract Publication of(Disk disk, Publication right);
}
