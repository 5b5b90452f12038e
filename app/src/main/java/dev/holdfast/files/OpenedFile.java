package dev.holdfast.files;

import dev.holdfast.staging.Content;
import java.io.InputStream;

/**
 * A published file that is open, to be sent by the sidecar itself.
 *
 * @param content what the file is
 * @param bytes from its first byte; they stay the same whatever happens to the name. Close them
 */
public record OpenedFile(Content content, InputStream bytes) {}
