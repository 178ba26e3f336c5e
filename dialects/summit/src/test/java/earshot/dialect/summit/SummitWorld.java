package earshot.dialect.summit;

import earshot.core.Node;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.memory.MemoryResumeBook;
import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.presence.MemberBook;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Meetings;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.session.Connections;
import earshot.core.session.Gathering;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.RecordingAudience;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.EngineIo;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.Places;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The dialect on a real node with the memory engine and two loops that a seed interleaves. A token is {@code user@tenant}, and behind a semicolon
 * permissions and roles; {@code expired} has run out, and everything else is none.
 */
final class SummitWorld implements TokenVerifier {
    /** As the original: no recovery, so that no offsets are in the way. */
    static final SummitConfig PLAIN =
            SummitConfig.DEFAULT.with(new SummitConfig.Recovery(false, Duration.ofMinutes(2)));

    final ManualClock clock = new ManualClock();
    final SummitDialect dialect;
    final AtomicLong ids = new AtomicLong();
    final AtomicLong secrets = new AtomicLong();
    final Map<String, Long> expiries = new LinkedHashMap<>();
    boolean draining;

    final MemoryHistory history = new MemoryHistory(clock);
    final MemoryResumeBook resume = new MemoryResumeBook(clock);
    private final Map<Session, Client> clients = new LinkedHashMap<>();
    private final ManualLoops loops;
    private final Node node;
    private final Realms realms;

    SummitWorld() {
        this(SummitConfig.DEFAULT);
    }

    SummitWorld(SummitConfig config) {
        this(config, List.of(), null);
    }

    SummitWorld(SummitConfig config, List<earshot.core.room.Meeting> meetings, @Nullable RoomAuthorizer authorizer) {
        AtomicLong jitter = new AtomicLong(1000);
        Realms late = new Realms() {
            @Override
            public RoomId resolve(String ofDialect, String tenant, String name) {
                return realms().resolve(ofDialect, tenant, name);
            }

            @Override
            public RoomRules rules(RoomId room) {
                return realms().rules(room);
            }
        };
        dialect = new SummitDialect(
                config,
                new SummitDialect.Surroundings(
                        this,
                        late,
                        clock,
                        () -> Samples.id(ids.incrementAndGet()),
                        () -> String.format("secret%014d", secrets.incrementAndGet()),
                        () -> jitter.addAndGet(1),
                        () -> draining,
                        authorizer,
                        resume,
                        history,
                        Meter.NONE));
        realms = new Meetings(meetings, Map.of(SummitDialect.NAME, dialect.rules(), "waddle", dialect.rules()));
        loops = new ManualLoops(clock, 2, new Random(7));
        node = new Node(new Node.Parts(
                1,
                loops,
                clock,
                realms,
                dialect.gatekeeper(),
                history,
                history,
                new MemoryPresenceBoard(),
                RoomRelay.NONE,
                MemberBook.NONE,
                Hearers::new,
                new Replies(),
                Meter.NONE,
                Node.NodeLimits.DEFAULT));
    }

    private Realms realms() {
        return realms;
    }

    // ---- clients

    /** In {@code /}, with what it heard on the way forgotten. */
    Client connected(String token) {
        Client client = dialled();
        client.says("0{\"token\":\"" + token + "\",\"tenantId\":\"default\"}");
        client.heard.clear();
        return client;
    }

    /** As {@link #connected}, in a room. */
    Client joined(String token, String room) {
        Client client = connected(token);
        client.says("2[\"room:join\",{\"room\":\"" + room + "\"}]");
        client.heard.clear();
        return client;
    }

    Client dialled() {
        return dialled(Handshakes.to("/socket.io/?EIO=4&transport=websocket"));
    }

    Client dialled(Handshakes handshake) {
        Admission admission =
                dialect.admit(handshake.build()).toCompletableFuture().join();
        Client client = new Client((Admission.Unidentified) admission);
        loops.on(client.session.home(), () -> client.conversation.opened(client));
        settle();
        return client;
    }

    void settle() {
        while (loops.runOne()) {}
    }

    void advance(Duration by) {
        settle();
        loops.advance(by);
        for (Client client : List.copyOf(clients.values()))
            loops.on(client.session.home(), () -> client.conversation.onTick(client));
        settle();
    }

    /** The server's own doing. */
    Reply serve(Command command, @Nullable Profile as) {
        var answer = node.serve(command, as).toCompletableFuture();
        settle();
        return answer.join();
    }

    CompletableFuture<Emitted> emit(Emission emission) {
        CompletableFuture<Emitted> emitted = node.emit(emission).toCompletableFuture();
        settle();
        return emitted;
    }

    /** A client and what it heard: text as it is, attachments as {@code b} and their length. */
    final class Client implements Inbox {
        final List<String> heard = new ArrayList<>();
        final List<CloseReason> closes = new ArrayList<>();
        final Conversation conversation;
        Session session;
        boolean stalled;
        /** The last that each of its rooms told it since it joined. */
        final Map<RoomId, Position> told = new LinkedHashMap<>();

        private boolean identified;

        Client(Admission.Unidentified admission) {
            session = Samples.session(SummitDialect.NAME, "", null, Set.of());
            session = new Session(
                    node.nextSessionId(),
                    loops.loop((int) (ids.incrementAndGet() % 2)),
                    SummitDialect.NAME,
                    "",
                    null,
                    Set.of(),
                    clock.millis(),
                    "192.0.2.1",
                    "");
            conversation = admission.conversation().apply(session);
        }

        /** What it hears until everything is quiet. */
        List<String> says(String... packets) {
            heard.clear();
            for (String packet : packets) loops.on(session.home(), () -> conversation.decode(Frame.text(packet), this));
            settle();
            return List.copyOf(heard);
        }

        List<String> attaches(String header, byte[]... attachments) {
            heard.clear();
            loops.on(session.home(), () -> {
                conversation.decode(Frame.text(header), this);
                for (byte[] attachment : attachments) conversation.decode(Frame.binary(attachment), this);
            });
            settle();
            return List.copyOf(heard);
        }

        List<String> takeHeard() {
            List<String> all = List.copyOf(heard);
            heard.clear();
            return all;
        }

        void hearsAway(boolean away) {
            loops.on(session.home(), () -> conversation.onAway(away, this));
            settle();
        }

        /** Its connection is gone. */
        void drop(CloseReason reason) {
            clients.remove(session);
            loops.on(session.home(), () -> {
                if (identified) node.disconnected(session, conversation.meaningOf(reason));
                conversation.onEnded(reason);
            });
            settle();
        }

        @Override
        public void ask(Command command, Tag tag) {
            node.submit(session, command, tag);
        }

        @Override
        public void answer(Frame frame) {
            heard.add(frame.kind() == Frame.Kind.TEXT ? frame.asText() : "b" + frame.bytes().length);
        }

        @Override
        public void answer(List<Frame> message) {
            message.forEach(this::answer);
        }

        @Override
        public Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId) {
            identified = true;
            session = new Session(
                    session.id(),
                    session.home(),
                    SummitDialect.NAME,
                    tenant,
                    user,
                    permissions,
                    session.connectedMillis(),
                    session.remote(),
                    tokenId);
            clients.put(session, this);
            node.connected(session);
            return session;
        }

        @Override
        public <T extends @Nullable Object> void when(CompletionStage<T> stage, Then<T> then) {
            stage.whenComplete((value, failure) -> session.home().post(() -> then.onDone(value, failure, this)));
        }

        @Override
        public EngineIo.Transport transport() {
            return EngineIo.Transport.WEBSOCKET;
        }

        @Override
        public boolean isWritable() {
            return !stalled;
        }

        @Override
        public @Nullable Position told(RoomId room) {
            return told.get(room);
        }

        @Override
        public void close(CloseReason reason) {
            closes.add(reason);
        }

        @Override
        public void active() {}

        @Override
        public void rejected(Rejected why) {}
    }

    // ---- ports of core: what one loop says to one session arrives in that order

    private final class Replies implements Connections {
        @Override
        public void reply(Session to, Tag tag, Reply reply) {
            to.home().post(() -> {
                Client client = clients.get(to);
                if (client != null) client.conversation.onReply(tag, reply, client);
            });
        }

        @Override
        public void tell(Session to, Event event) {
            deliver(to, dialect.encode(event, 0));
        }

        @Override
        public void emit(Session to, Gathering gathering) {
            to.home().post(() -> {
                Client client = clients.get(to);
                if (client != null) client.conversation.onEmitted(gathering, client);
            });
        }

        @Override
        public void close(Session session, CloseReason reason) {
            Client client = clients.get(session);
            if (client != null) client.close(reason);
        }
    }

    private void deliver(Session to, List<Frame> frames) {
        to.home().post(() -> {
            Client client = clients.get(to);
            if (client != null) client.answer(frames);
        });
    }

    /** As the gateway: a member of several rooms is told with a kept event how far it had heard the others. */
    private void deliver(Session to, KeptEvent event, int variant) {
        to.home().post(() -> {
            Client client = clients.get(to);
            Places places = dialect.places(variant);
            List<Frame> frames = dialect.encode(event, variant);
            if (client == null) return;
            if (places != null && !frames.isEmpty()) {
                String text = frames.getFirst().asText();
                int behind = text.length() - places.bytesBehind();
                StringBuilder others = new StringBuilder();
                client.told.forEach((room, at) -> {
                    if (!room.equals(event.room())) others.append(OtherRooms.text(room, at));
                });
                frames = new ArrayList<>(frames);
                frames.set(0, Frame.text(text.substring(0, behind) + others + text.substring(behind)));
                client.told.put(event.room(), event.position());
            }
            client.answer(frames);
        });
    }

    private final class Hearers implements RoomAudience {
        private final RoomId room;
        private final Map<Session, Integer> variants = new LinkedHashMap<>();

        Hearers(RoomId room) {
            this.room = room;
        }

        @Override
        public void add(Session session, JoinOptions options) {
            variants.put(session, options.variant());
        }

        @Override
        public void remove(Session session) {
            variants.remove(session);
            session.home().post(() -> {
                Client client = clients.get(session);
                if (client != null) client.told.remove(room);
            });
        }

        @Override
        public void tell(Event event, Audience audience) {
            variants.forEach((member, variant) -> {
                if (!RecordingAudience.hears(member, audience)) return;
                if (event instanceof KeptEvent kept) deliver(member, kept, variant);
                else deliver(member, dialect.encode(event, variant));
            });
        }

        @Override
        public void close() {}
    }

    // ---- tokens

    @Override
    public Verdict verify(String token) {
        if (token.equals("expired")) return new Verdict.Invalid(Reason.EXPIRED);
        int at = token.indexOf('@');
        if (at < 1) return new Verdict.Invalid(Reason.BAD_SIGNATURE);
        String[] parts = token.substring(at + 1).split(";", 2);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("userId", token.substring(0, at));
        if (!parts[0].isEmpty()) claims.put("tenantId", parts[0]);
        if (parts.length > 1) {
            List<String> words = List.of(parts[1].split(","));
            claims.put(
                    "permissions",
                    words.stream().filter(w -> !w.startsWith("role:")).toList());
            claims.put(
                    "roles",
                    words.stream()
                            .filter(w -> w.startsWith("role:"))
                            .map(w -> w.substring(5))
                            .toList());
        }
        Long expires = expiries.get(token);
        if (expires != null) claims.put("exp", expires);
        return new Verdict.Valid(new Claims(claims));
    }
}
