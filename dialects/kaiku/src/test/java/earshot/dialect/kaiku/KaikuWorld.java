package earshot.dialect.kaiku;

import earshot.core.Everywhere;
import earshot.core.Node;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.memory.MemoryRelay;
import earshot.core.memory.MemoryResumeBook;
import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.room.Meeting;
import earshot.core.room.Meetings;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.MemoryMedia;
import earshot.core.testkit.RecordingAudience;
import earshot.core.voice.Voice;
import earshot.core.voice.VoiceLimits;
import earshot.core.voice.VoiceRooms;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.EngineIo;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The dialect on real nodes with memory engines and two loops each, interleaved by a seed. A token is the user's UUID; behind it may stand {@code :} and a
 * fault: {@code refresh}, {@code expired}, {@code endless}.
 */
final class KaikuWorld implements TokenVerifier {
    static final UUID ALICE = MemoryProduct.Development.ALICE;
    static final UUID BOB = MemoryProduct.Development.BOB;
    static final UUID GENERAL = MemoryProduct.Development.GENERAL;
    static final UUID RANDOM = MemoryProduct.Development.RANDOM;
    static final UUID GUILD = MemoryProduct.Development.GUILD;
    static final UUID DM = MemoryProduct.Development.DM;

    final ManualClock clock = new ManualClock();
    final MemoryProduct product = MemoryProduct.ofDevelopment();
    final ManualLoops loops = new ManualLoops(clock, 2, new Random(7));
    final MemoryHistory history = new MemoryHistory(clock);
    final MemoryResumeBook resume = new MemoryResumeBook(clock);
    private final MemoryPresenceBoard board = new MemoryPresenceBoard();
    private final MemoryRelay relay = new MemoryRelay();
    private final AtomicLong ids = new AtomicLong();
    private final List<OneNode> nodes = new ArrayList<>();
    private final KaikuConfig config;
    private final List<Meeting> meetings;

    KaikuWorld() {
        this(KaikuConfig.DEFAULT);
    }

    KaikuWorld(KaikuConfig config) {
        this(config, List.of());
    }

    KaikuWorld(KaikuConfig config, List<Meeting> meetings) {
        this.config = config;
        this.meetings = meetings;
        nodes.add(new OneNode(1));
    }

    /** One more node over the same engines. */
    OneNode addNode() {
        var node = new OneNode(nodes.size() + 1);
        nodes.add(node);
        return node;
    }

    OneNode node() {
        return nodes.getFirst();
    }

    KaikuHub hub() {
        return node().dialect.hub();
    }

    KaikuCalls calls() {
        return node().dialect.calls();
    }

    UUID user(String name) {
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        product.put(new KaikuUser(id, name, name, null, ChosenStatus.ONLINE));
        return id;
    }

    KaikuUser known(UUID id) {
        return product.user(id).toCompletableFuture().join().orElseThrow();
    }

    /** Connected, with what it heard on the way forgotten. */
    Client connected(UUID user) {
        return node().connected(user);
    }

    Client subscribed(UUID user, UUID channel) {
        Client client = connected(user);
        client.says("subscribe", channel);
        client.heard.clear();
        return client;
    }

    void settle() {
        while (loops.runOne()) {}
    }

    void advance(Duration by) {
        settle();
        loops.advance(by);
        tick();
    }

    void tick() {
        for (OneNode node : nodes)
            for (Client client : List.copyOf(node.clients.values()))
                loops.on(client.session.home(), () -> client.conversation.onTick(client));
        settle();
    }

    <T> T done(CompletionStage<T> stage) {
        settle();
        for (int i = 0; i < 100 && !stage.toCompletableFuture().isDone(); i++) advance(Duration.ofMillis(10));
        return stage.toCompletableFuture().join();
    }

    final class OneNode {
        final MemoryMedia media = new MemoryMedia();
        final KaikuDialect dialect;
        final Node node;
        final Everywhere everywhere;
        private final Map<Session, Client> clients = new LinkedHashMap<>();
        private final Realms realms;
        private final Reaching reach = new Reaching();
        private final Voice voice =
                new VoiceRooms(loops, clock, media, new Replies(this), VoiceLimits.DEFAULT, Meter.NONE);

        OneNode(long incarnation) {
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
            dialect = new KaikuDialect(
                    config,
                    new KaikuDialect.Surroundings(
                            product,
                            reach,
                            voice,
                            KaikuWorld.this,
                            late,
                            resume,
                            () -> Samples.id(ids.incrementAndGet()),
                            () -> String.format("secret%014d", ids.incrementAndGet()),
                            clock,
                            Meter.NONE));
            realms = new Meetings(meetings, Map.of(KaikuDialect.NAME, dialect.rules(), "waddle", dialect.rules()));
            var between = relay.node(incarnation);
            node = new Node(new Node.Parts(
                    incarnation,
                    loops,
                    clock,
                    realms,
                    dialect.gatekeeper(),
                    history,
                    history,
                    board,
                    between,
                    MemberBook.NONE,
                    _ -> new Hearers(this),
                    new Replies(this),
                    Meter.NONE,
                    Node.NodeLimits.DEFAULT));
            everywhere = new Everywhere(node, between);
        }

        private Realms realms() {
            return realms;
        }

        Client connected(UUID user) {
            Client client = dialled("/ws?token=" + user);
            client.heard.clear();
            return client;
        }

        Client dialled(String target) {
            return dialled(Handshakes.to(target));
        }

        Client dialled(Handshakes handshake) {
            Admission admission =
                    dialect.admit(handshake.build()).toCompletableFuture().join();
            if (!(admission instanceof Admission.Accepted accepted))
                throw new AssertionError(
                        "refused: " + ((Admission.Refused) admission).response().status());
            Client client = new Client(this, accepted);
            clients.put(client.session, client);
            loops.on(client.session.home(), () -> {
                node.connected(client.session);
                client.conversation.opened(client);
            });
            settle();
            return client;
        }

        private final class Reaching implements Reach {
            @Override
            public CompletionStage<Reply> serve(Command command, @Nullable Profile as) {
                return node.serve(command, as);
            }

            @Override
            public void notify(Event.Notified event) {
                var _ = everywhere.notify(event);
            }

            @Override
            public void recheck(UserId user) {
                var _ = everywhere.recheck(user);
            }

            @Override
            public void disconnect(UserId user, CloseReason reason) {
                var _ = everywhere.disconnect(user, reason);
            }

            @Override
            public CompletionStage<Integer> sessions(UserId user) {
                return everywhere
                        .sessions(user, null, 2)
                        .thenApply(found -> found.missing() > 0 && found.items().isEmpty()
                                ? -1
                                : found.items().size());
            }

            @Override
            public void later(Duration delay, Runnable task) {
                var loop = loops.loop(0);
                loop.post(() -> loop.deadlines().at(clock.nanos() + delay.toNanos(), task));
            }
        }
    }

    /** A client and what it heard, as JSON. */
    final class Client implements Inbox {
        final List<String> heard = new ArrayList<>();
        final List<CloseReason> closes = new ArrayList<>();
        final Admission.Accepted admission;
        final Session session;
        private final OneNode at;
        Conversation conversation;

        Client(OneNode at, Admission.Accepted admission) {
            this.at = at;
            this.admission = admission;
            session = new Session(
                    at.node.nextSessionId(),
                    loops.loop((int) (ids.incrementAndGet() % 2)),
                    KaikuDialect.NAME,
                    "",
                    admission.user(),
                    Set.of(),
                    clock.millis(),
                    "192.0.2.1",
                    admission.tokenId());
            conversation = admission.conversation().apply(session);
        }

        /** What it hears until everything is quiet. */
        List<String> says(String... texts) {
            heard.clear();
            for (String text : texts) hear(Frame.text(text));
            settle();
            return List.copyOf(heard);
        }

        List<String> says(String type, UUID channel) {
            return says("{\"type\":\"" + type + "\",\"channel_id\":\"" + channel + "\"}");
        }

        void hear(Frame frame) {
            loops.on(session.home(), () -> conversation.decode(frame, this));
        }

        List<String> takeHeard() {
            settle();
            List<String> all = List.copyOf(heard);
            heard.clear();
            return all;
        }

        /** Its connection is gone. */
        void drop(CloseReason reason) {
            at.clients.remove(session);
            loops.on(session.home(), () -> {
                at.node.disconnected(session, conversation.meaningOf(reason));
                conversation.onEnded(reason);
            });
            settle();
        }

        void drop() {
            drop(CloseReason.CLIENT_LEFT);
        }

        @Override
        public void ask(Command command, Tag tag) {
            at.node.submit(session, command, tag);
        }

        @Override
        public void answer(Frame frame) {
            byte[] json = frame.kind() == Frame.Kind.TEXT ? frame.bytes() : MessagePack.toJson(frame.bytes());
            heard.add(json == null ? "not understood" : new String(json, StandardCharsets.UTF_8));
        }

        @Override
        public void answer(List<Frame> message) {
            message.forEach(this::answer);
        }

        @Override
        public Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId) {
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
            return true;
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

    private static final class Replies implements Connections {
        private final OneNode at;

        Replies(OneNode at) {
            this.at = at;
        }

        @Override
        public void reply(Session to, Tag tag, Reply reply) {
            to.home().post(() -> {
                Client client = at.clients.get(to);
                if (client != null) client.conversation.onReply(tag, reply, client);
            });
        }

        @Override
        public void tell(Session to, Event event) {
            to.home().post(() -> {
                Client client = at.clients.get(to);
                if (client != null && client.conversation.takes(event, client))
                    client.answer(at.dialect.encode(event, client.conversation.variant()));
            });
        }

        @Override
        public void close(Session session, CloseReason reason) {
            Client client = at.clients.get(session);
            if (client == null) return;
            client.close(reason);
            session.home().post(() -> {
                if (at.clients.remove(session) == null) return;
                at.node.disconnected(session, reason);
                client.conversation.onEnded(reason);
            });
        }
    }

    private static final class Hearers implements RoomAudience {
        private final OneNode at;
        private final Map<Session, JoinOptions> members = new LinkedHashMap<>();

        Hearers(OneNode at) {
            this.at = at;
        }

        @Override
        public void add(Session session, JoinOptions options) {
            members.put(session, options);
        }

        @Override
        public void remove(Session session) {
            members.remove(session);
        }

        @Override
        public void tell(Event event, Audience audience) {
            members.forEach((member, options) -> {
                if (!RecordingAudience.hears(member, audience)) return;
                List<Frame> frames = at.dialect.encode(event, options.variant());
                member.home().post(() -> {
                    Client client = at.clients.get(member);
                    if (client != null && (!options.filtered() || client.conversation.hears(event)))
                        client.answer(frames);
                });
            });
        }

        @Override
        public void close() {}
    }

    // ---- tokens

    @Override
    public Verdict verify(String token) {
        String[] parts = token.split(":", 2);
        if (parts[0].length() != 36) return new Verdict.Invalid(Reason.BAD_SIGNATURE);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", parts[0]);
        claims.put("iat", clock.millis() / 1000);
        if (parts.length == 1 || !parts[1].equals("endless")) claims.put("exp", clock.millis() / 1000 + 900);
        if (parts.length > 1 && parts[1].equals("expired")) return new Verdict.Invalid(Reason.EXPIRED);
        if (parts.length > 1 && parts[1].equals("refresh")) return new Verdict.Invalid(Reason.REFRESH_TOKEN);
        claims.put("typ", "access");
        return new Verdict.Valid(new Claims(claims));
    }
}
