package dev.holdfast.cas;

import dev.holdfast.files.FileService;
import dev.holdfast.files.http.FileReads;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.Owners;
import dev.holdfast.service.Service;
import io.javalin.config.RoutesConfig;
import java.util.List;

/**
 * The content-addressed store and the action cache over HTTP, on a file service.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class CasService implements Service {
  private static final List<String> GATED =
      List.of(CasRoutes.PATH + "<digest>", UploadRoutes.PATH, AcRoutes.PATH + "<digest>");

  private final CasRoutes blobs;
  private final UploadRoutes uploads;
  private final AcRoutes actions;
  private final Peers peers = new Peers();

  /**
   * @param reads answers the reads of the file service
   * @param putExistingStatus see {@link dev.holdfast.files.FilesConfig}
   */
  public CasService(
      CasConfig config,
      FileService files,
      FileReads reads,
      int putExistingStatus,
      Owners owners,
      Meters meters) {
    var zstd = new Zstd();
    var store = new StoreRoutes(files, owners, new Bodies(files, zstd), new StoreMeters(meters));
    this.blobs = new CasRoutes(store, reads, zstd, config);
    this.uploads = new UploadRoutes(store, blobs, peers, config);
    var completeness = new Completeness(files, owners, peers);
    this.actions = new AcRoutes(store, reads, completeness, config, putExistingStatus);
    for (String name : List.of("cas", "ac")) {
      store.meters().gets(name);
      store.meters().hits(name);
    }
  }

  @Override
  public List<String> gatedPaths() {
    return GATED;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    blobs.addTo(routes);
    uploads.addTo(routes);
    actions.addTo(routes);
  }

  @Override
  public void close() {
    peers.close();
  }
}
