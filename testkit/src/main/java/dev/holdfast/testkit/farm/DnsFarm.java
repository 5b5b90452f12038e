package dev.holdfast.testkit.farm;

import dev.holdfast.testkit.Accepting;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A DNS server for tests, by UDP and TCP on one port. A name that it does not know does not exist.
 *
 * <p>Threading: any number of threads.
 */
public final class DnsFarm implements AutoCloseable {
  private static final int PACKET_BYTES = 4096;
  private static final int ALIASES_MAX = 20;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Script> names = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

  /** What is answered for a name. */
  public sealed interface Reply {
    /** Records. Addresses of the other family than the one that is asked for are left out. */
    record Records(long ttlS, List<String> addresses) implements Reply {
      public Records {
        addresses = List.copyOf(addresses);
      }
    }

    /** Another name. Its addresses are in the answer if this server knows them. */
    record Alias(long ttlS, String to) implements Reply {}

    /** A code, such as {@link Rcode#SERVFAIL}. */
    record Code(int rcode) implements Reply {}

    /** Nothing. */
    record Silence() implements Reply {}

    /** By UDP a truncated answer, by TCP the whole one. */
    record ByTcp(Records records) implements Reply {}

    /** An answer with another id, and then silence. */
    record Forged(Records records) implements Reply {}
  }

  /** The replies of a name. */
  @FunctionalInterface
  public interface Script {
    /**
     * Returns what to answer.
     *
     * @param type of {@link Type}
     * @param count 1 for the first question for this name and type
     */
    Reply reply(int type, int count);
  }

  private DnsFarm() throws IOException {
    tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress());
    Future<?> _ = threads.submit(this::serveUdp);
    threads.execute(this::serveTcp);
  }

  /** Starts a server on a free port. */
  public static DnsFarm start() throws IOException {
    return new DnsFarm();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
  }

  /** Lets a name have addresses. */
  public DnsFarm with(String name, long ttlS, String... addresses) {
    return with(name, (_, _) -> new Reply.Records(ttlS, List.of(addresses)));
  }

  /** Lets a name follow a script. */
  public DnsFarm with(String name, Script script) {
    names.put(name, script);
    return this;
  }

  /** Returns how often the addresses of a name were asked for, of both families. */
  public int asked(String name) {
    return asked(name, Type.A) + asked(name, Type.AAAA);
  }

  /** Returns how often a name was asked for. */
  public int asked(String name, int type) {
    return Optional.ofNullable(asked.get(name + "/" + type)).map(AtomicInteger::get).orElse(0);
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
    threads.shutdownNow();
  }

  private Void serveUdp() throws IOException {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[PACKET_BYTES], PACKET_BYTES);
      udp.receive(packet);
      Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
      Optional<Message> answer = answer(question, false);
      if (answer.isPresent()) {
        byte[] wire = answer.get().toWire();
        udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
      }
    }
  }

  private void serveTcp() {
    Accepting.all(
        tcp,
        socket -> {
          Future<?> _ = threads.submit(() -> serve(socket));
        });
  }

  private Void serve(Socket accepted) throws IOException {
    try (accepted) {
      var in = new DataInputStream(accepted.getInputStream());
      Message question = new Message(in.readNBytes(in.readUnsignedShort()));
      Optional<Message> answer = answer(question, true);
      if (answer.isPresent()) {
        byte[] wire = answer.get().toWire();
        ByteBuffer framed = ByteBuffer.allocate(Short.BYTES + wire.length);
        framed.putShort((short) wire.length).put(wire);
        accepted.getOutputStream().write(framed.array());
      }
    }
    return null;
  }

  private Optional<Message> answer(Message question, boolean isTcp) throws IOException {
    Name name = question.getQuestion().getName();
    int type = question.getQuestion().getType();
    String text = name.toString(true).toLowerCase(Locale.ROOT);
    int count =
        asked.computeIfAbsent(text + "/" + type, _ -> new AtomicInteger()).incrementAndGet();
    Script script = names.getOrDefault(text, (_, _) -> new Reply.Code(Rcode.NXDOMAIN));
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RD);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(question.getQuestion(), Section.QUESTION);
    switch (script.reply(type, count)) {
      case Reply.Silence _ -> {
        return Optional.empty();
      }
      case Reply.Code(int rcode) -> {
        answer.getHeader().setRcode(rcode);
        if (rcode == Rcode.NXDOMAIN) {
          answer.addRecord(authority(), Section.AUTHORITY);
        }
      }
      case Reply.Records records -> add(answer, name, type, records);
      case Reply.Alias alias -> follow(answer, name, type, alias, 1);
      case Reply.ByTcp(Reply.Records records) -> {
        if (isTcp) {
          add(answer, name, type, records);
        } else {
          answer.getHeader().setFlag(Flags.TC);
        }
      }
      case Reply.Forged(Reply.Records records) -> {
        answer.getHeader().setID(question.getHeader().getID() ^ 1);
        add(answer, name, type, records);
      }
    }
    return Optional.of(answer);
  }

  private void follow(Message answer, Name name, int type, Reply.Alias alias, int depth)
      throws TextParseException, IOException {
    Name to = Name.fromString(alias.to(), Name.root);
    answer.addRecord(new CNAMERecord(name, DClass.IN, alias.ttlS(), to), Section.ANSWER);
    Script script = names.get(alias.to());
    if (script != null && depth < ALIASES_MAX) {
      switch (script.reply(type, 1)) {
        case Reply.Records records -> add(answer, to, type, records);
        case Reply.Alias further -> follow(answer, to, type, further, depth + 1);
        case Reply.Code _, Reply.Silence _, Reply.ByTcp _, Reply.Forged _ -> {}
      }
    }
  }

  private static void add(Message answer, Name name, int type, Reply.Records records)
      throws IOException {
    List<Record> fitting = new ArrayList<>();
    for (String text : records.addresses()) {
      InetAddress address = InetAddress.ofLiteral(text);
      boolean isSix = address.getAddress().length > 4;
      if (isSix && type == Type.AAAA) {
        fitting.add(new AAAARecord(name, DClass.IN, records.ttlS(), address));
      } else if (!isSix && type == Type.A) {
        fitting.add(new ARecord(name, DClass.IN, records.ttlS(), address));
      }
    }
    fitting.forEach(record -> answer.addRecord(record, Section.ANSWER));
    if (fitting.isEmpty()) {
      answer.addRecord(authority(), Section.AUTHORITY);
    }
  }

  /** A record that lets "no" hold for a minute. */
  private static Record authority() throws IOException {
    Name zone = Name.fromString("test.");
    return new SOARecord(zone, DClass.IN, 60, zone, zone, 1, 60, 60, 60, 60);
  }
}
