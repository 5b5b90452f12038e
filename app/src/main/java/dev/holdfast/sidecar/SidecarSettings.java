package dev.holdfast.sidecar;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.service.Configured;
import dev.holdfast.staging.StagingLimits;
import java.util.List;

/**
 * The settings that all sidecars of a ring may have in common.
 *
 * @param services the services that run in a sidecar besides the files and the store
 */
public record SidecarSettings(
    StagingLimits staging,
    FilesConfig files,
    HttpLimits http,
    CasConfig cas,
    List<Configured<?>> services) {

  /** The values of a sidecar for which nothing else is said. */
  public static final SidecarSettings DEFAULT =
      new SidecarSettings(
          StagingLimits.DEFAULT,
          FilesConfig.DEFAULT,
          HttpLimits.DEFAULT,
          CasConfig.DEFAULT,
          List.of());

  public SidecarSettings {
    services = List.copyOf(services);
  }

  /** The same with another {@code staging}. */
  public SidecarSettings withStaging(StagingLimits staging) {
    return new SidecarSettings(staging, files, http, cas, services);
  }

  /** The same with another {@code files}. */
  public SidecarSettings withFiles(FilesConfig files) {
    return new SidecarSettings(staging, files, http, cas, services);
  }

  /** The same with another {@code cas}. */
  public SidecarSettings withCas(CasConfig cas) {
    return new SidecarSettings(staging, files, http, cas, services);
  }

  /** The same with another {@code services}. */
  public SidecarSettings withServices(List<Configured<?>> services) {
    return new SidecarSettings(staging, files, http, cas, services);
  }
}
