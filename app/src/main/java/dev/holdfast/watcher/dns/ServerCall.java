package dev.holdfast.watcher.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;

/**
 * Asks one server once: by UDP, and again by TCP if the answer is truncated (RFC 7766). Each call
 * has a socket of its own, whose port the kernel draws. The socket takes datagrams of the server
 * alone, and a datagram that does not belong to the question is passed over (RFC 5452 section 9).
 *
 * <p>Threading: blocks its thread, which is a virtual one.
 */
final class ServerCall {
  /** The largest datagram that we ask for, in bytes: it fits without fragments. */
  static final int DATAGRAM_BYTES_MAX = 1232;

  private static final int RECEIVE_BYTES_MAX = 4096;
  private static final long NANOS_PER_MS = 1_000_000;

  private final InetSocketAddress server;
  private final Message query;
  private final byte[] sent;
  private final long endNanos;

  private ServerCall(InetSocketAddress server, Message query, int waitMs) {
    this.server = server;
    this.query = query;
    this.sent = query.toWire();
    this.endNanos = System.nanoTime() + waitMs * NANOS_PER_MS;
  }

  /**
   * Returns the answer.
   *
   * @throws SocketTimeoutException if there is none within {@code waitMs}
   * @throws IOException if the server cannot be reached, or we have no socket
   */
  static Message ask(InetSocketAddress server, Message query, int waitMs) throws IOException {
    ServerCall call = new ServerCall(server, query, waitMs);
    Message answer = call.byUdp();
    return answer.getHeader().getFlag(Flags.TC) ? call.byTcp() : answer;
  }

  private Message byUdp() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.send(new DatagramPacket(sent, sent.length));
      byte[] buffer = new byte[RECEIVE_BYTES_MAX];
      while (true) {
        socket.setSoTimeout(leftMs());
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        Optional<Message> answer = answer(Arrays.copyOf(buffer, packet.getLength()));
        if (answer.isPresent()) {
          return answer.get();
        }
      }
    }
  }

  private Message byTcp() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server, leftMs());
      OutputStream out = socket.getOutputStream();
      out.write(
          ByteBuffer.allocate(Short.BYTES + sent.length)
              .putShort((short) sent.length)
              .put(sent)
              .array());
      var in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[unsignedShort(socket, in)];
      for (int read = 0; read < answer.length; ) {
        socket.setSoTimeout(leftMs());
        int more = in.read(answer, read, answer.length - read);
        if (more < 0) {
          throw new IOException("the server ended the connection within its answer");
        }
        read += more;
      }
      return answer(answer)
          .orElseThrow(() -> new IOException("the server answered another question"));
    }
  }

  private int unsignedShort(Socket socket, DataInputStream in) throws IOException {
    socket.setSoTimeout(leftMs());
    int high = in.readUnsignedByte();
    socket.setSoTimeout(leftMs());
    return (high << Byte.SIZE) | in.readUnsignedByte();
  }

  /** Returns the message that answers the question, or empty if these bytes do not. */
  private Optional<Message> answer(byte[] bytes) {
    if (bytes.length < Header.LENGTH) {
      return Optional.empty();
    }
    int id = ByteBuffer.wrap(bytes).getShort() & 0xffff;
    if (id != query.getHeader().getID()) {
      return Optional.empty();
    }
    try {
      Message answer = new Message(bytes);
      boolean belongs =
          answer.getHeader().getFlag(Flags.QR) && query.getQuestion().equals(answer.getQuestion());
      return belongs ? Optional.of(answer) : Optional.empty();
    } catch (IOException | RuntimeException unreadable) {
      // No message: as if it had not come. A later datagram may be the answer.
      return Optional.empty();
    }
  }

  /** Returns how long to wait still, in ms, at least 1. */
  private int leftMs() throws SocketTimeoutException {
    long left = endNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("no answer of " + server);
    }
    return (int) Math.max(1, left / NANOS_PER_MS);
  }
}
