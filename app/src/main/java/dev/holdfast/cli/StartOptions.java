package dev.holdfast.cli;

import dev.holdfast.service.StartFailure;
import dev.holdfast.service.StartFailure.Listener;
import dev.holdfast.sidecar.Epoch;
import java.util.Map;

/**
 * The options of a command that mend a failure to start, by the failure.
 *
 * @param listeners the options of the ports that are not {@link #LISTEN}
 * @param directory the option of the data directory
 * @param settings the options that are not named after their components, by component
 */
record StartOptions(
    Map<Listener, String> listeners, String directory, Map<String, String> settings) {
  /** The options of a taken port. Both decide if it is taken. */
  static final String LISTEN = "--host, --port";

  /** Returns the failure as a complaint about the option that mends it. */
  BadOptionException complaint(StartFailure failure) {
    return switch (failure) {
      case StartFailure.PortTaken taken ->
          about(listeners.getOrDefault(taken.listener(), LISTEN), taken);
      case StartFailure.DirectoryUnusable _ -> about(directory, failure);
      case StartFailure.NginxUnusable _ -> about("--nginx", failure);
      case StartFailure.BootUnknown _ -> about(Epoch.BOOT_VARIABLE, failure);
      case StartFailure.BadSetting bad ->
          BadOptionException.ofComponent(bad.getMessage(), settings, bad);
    };
  }

  private static BadOptionException about(String option, StartFailure failure) {
    return new BadOptionException(option, failure.getMessage(), failure);
  }
}
