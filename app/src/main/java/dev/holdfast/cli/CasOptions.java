package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of the content-addressed store, for all commands that start a sidecar. */
final class CasOptions implements RecordDefaults.Source {
  @Option(
      names = "--cas-ask-origin",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_CAS_ASK_ORIGIN}",
      description =
          "ask the file server for a blob that is not known here before it is stored;"
              + " default ${DEFAULT-VALUE}; env HOLDFAST_CAS_ASK_ORIGIN")
  private boolean askOrigin;

  @Option(
      names = "--cas-delete",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_CAS_DELETE}",
      description =
          "let clients delete blobs and actions; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_CAS_DELETE")
  private boolean delete;

  @Option(
      names = "--cas-parts-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_CAS_PARTS_MAX}",
      description =
          "parts of one upload; more are answered 413; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_CAS_PARTS_MAX")
  private int partsMax;

  @Option(
      names = "--ac-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_AC_BYTES_MAX}",
      description =
          "the longest action; a longer one is answered 413; default ${DEFAULT-VALUE};"
              + " env HOLDFAST_AC_BYTES_MAX")
  private long actionBytesMax;

  @Option(
      names = "--ac-complete",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_AC_COMPLETE}",
      description =
          "answer an action only if every blob that it names is there;"
              + " default ${DEFAULT-VALUE}; env HOLDFAST_AC_COMPLETE")
  private boolean actionsComplete;

  @Override
  public Map<String, String> defaults() {
    return RecordDefaults.of(
        Map.of(
            "askOrigin", "--cas-ask-origin",
            "delete", "--cas-delete",
            "partsMax", "--cas-parts-max",
            "actionBytesMax", "--ac-bytes-max",
            "actionsComplete", "--ac-complete"),
        CasConfig.DEFAULT);
  }

  CasConfig cas(FilesConfig files) throws BadOptionException {
    return checked(
        () ->
            new CasConfig(
                files.bodyBytesMax(),
                askOrigin,
                delete,
                partsMax,
                actionBytesMax,
                actionsComplete));
  }
}
