package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class HostileClientTest {

  @Test
  void bodies_areOfAllSizes_andNoneComesTwice() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Bodies.Id> drawn = new ArrayList<>();
    try (ScheduledExecutorService timer = Executors.newScheduledThreadPool(0)) {
      HostileClient.Shared shared = shared(timer);
      for (int client = 0; client < 2; client++) {
        try (HostileClient one = new HostileClient(client, shared, random)) {
          for (int i = 0; i < 2_000; i++) {
            drawn.add(one.nextBody("name"));
          }
        }
      }
    }
    assertThat(drawn).as("seed %d", seed).doesNotHaveDuplicates();
    assertThat(drawn).as("seed %d", seed).extracting(Bodies.Id::length).contains(0L, 1L, 1L << 20);
  }

  private static HostileClient.Shared shared(ScheduledExecutorService timer) {
    return new HostileClient.Shared(
        URI.create("http://localhost:1/"),
        Duration.ofSeconds(1),
        new HostileTraffic.Weights(1, 1, 1),
        Optional.empty(),
        true,
        false,
        List.of(),
        ConcurrentHashMap.newKeySet(),
        new Tally(),
        timer);
  }
}
