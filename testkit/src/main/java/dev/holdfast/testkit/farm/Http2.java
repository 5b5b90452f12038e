package dev.holdfast.testkit.farm;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A site that speaks as much HTTP/2 (RFC 9113) as one answer needs. It reads no header: its script
 * is chosen by the name of the handshake.
 */
final class Http2 {
  private static final int PREFACE_BYTES = 24;
  private static final int HEAD_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** The entry {@code :status: 200} of the static table of HPACK (RFC 7541 appendix A). */
  private static final byte STATUS_200 = (byte) 0x88;

  private static final int PART_BYTES = 16 << 10;
  private static final int PARTS = 12;

  private static final byte[] CANCEL = {0, 0, 0, 8};

  private final Caller caller;
  private final DataInputStream in;

  private Http2(Caller caller) throws IOException {
    this.caller = caller;
    this.in = new DataInputStream(caller.socket().getInputStream());
  }

  /** What a site does with the request. */
  enum Script {
    ANSWER,
    SILENCE,
    RESET,
    HALF,
    /** Sends 192 KiB of a head, and then nothing. */
    HALF_HEAD,
    /** Sends pings without an end. */
    PINGS
  }

  /** Serves one connection, with a body of 16 KiB at most. */
  static void serve(Caller caller, Script script, long delayMs, String body)
      throws IOException, InterruptedException {
    new Http2(caller).run(script, delayMs, body);
  }

  private void run(Script script, long delayMs, String body)
      throws IOException, InterruptedException {
    in.readNBytes(PREFACE_BYTES);
    frame(SETTINGS, 0, 0, new byte[0]);
    while (true) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      if (head.length < HEAD_BYTES) {
        throw new EOFException();
      }
      ByteBuffer buffer = ByteBuffer.wrap(head);
      int length = (buffer.getShort() & 0xffff) << Byte.SIZE | (buffer.get() & 0xff);
      int type = buffer.get();
      int flags = buffer.get();
      int stream = buffer.getInt();
      byte[] payload = in.readNBytes(length);
      switch (type) {
        case SETTINGS -> {
          if ((flags & ACK) == 0) {
            frame(SETTINGS, ACK, 0, new byte[0]);
          }
        }
        case PING -> {
          if ((flags & ACK) == 0) {
            frame(PING, ACK, 0, payload);
          }
        }
        case HEADERS -> {
          caller.pause(delayMs);
          answer(script, stream, body);
        }
        case GOAWAY -> {
          return;
        }
        default -> {
          // Windows and priorities: the body is small.
        }
      }
    }
  }

  private void answer(Script script, int stream, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    switch (script) {
      case ANSWER -> {
        frame(HEADERS, END_HEADERS, stream, new byte[] {STATUS_200});
        frame(DATA, END_STREAM, stream, bytes);
      }
      case HALF -> {
        frame(HEADERS, END_HEADERS, stream, new byte[] {STATUS_200});
        frame(DATA, 0, stream, bytes);
        caller.socket().close();
      }
      case RESET -> frame(RST_STREAM, 0, stream, CANCEL);
      case HALF_HEAD -> {
        frame(HEADERS, 0, stream, new byte[0]);
        for (int i = 0; i < PARTS; i++) {
          frame(CONTINUATION, 0, stream, new byte[PART_BYTES]);
        }
      }
      case PINGS -> {
        while (true) {
          frame(PING, 0, 0, new byte[Long.BYTES]);
        }
      }
      case SILENCE -> {}
    }
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    caller.send(frame.array());
  }
}
