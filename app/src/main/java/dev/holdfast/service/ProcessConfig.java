package dev.holdfast.service;

import dev.holdfast.bounds.Bounds;
import dev.holdfast.http.HttpLimits;
import java.nio.file.Path;

/**
 * The configuration of a process that runs one service alone.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param dataDir the directory of its data; the start makes it if it is missing
 */
public record ProcessConfig(String host, int port, Path dataDir, HttpLimits http) {
  public ProcessConfig {
    Bounds.address(host, port);
    dataDir = dataDir.toAbsolutePath().normalize();
  }
}
