package earshot.dialect.graphwiz;

import earshot.core.Node;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.presence.MemberBook;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.RecordingAudience;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import earshot.dialect.testkit.WebSocketInbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The dialect on a real node with the memory engine, two loops that a seed interleaves, and a wire per connection on which frames wait. */
final class XrNode implements Realms {
    final ManualClock clock = new ManualClock();
    final ManualLoops loops;
    final GraphwizDialect dialect;
    final Node node;
    private final Random random;
    private final AtomicLong ids = new AtomicLong();
    private final Map<SessionId, Wire> wires = new LinkedHashMap<>();

    XrNode(Random random) {
        this(GraphwizConfig.DEFAULT, random);
    }

    XrNode(GraphwizConfig config, Random random) {
        this.random = random;
        this.loops = new ManualLoops(clock, 2, random);
        this.dialect = new GraphwizDialect(
                config,
                new GraphwizDialect.Surroundings(
                        7,
                        false,
                        GraphwizContractTest::verify,
                        this,
                        loops,
                        clock,
                        () -> Samples.id(ids.incrementAndGet()),
                        CompletableFuture::new,
                        () -> {},
                        _ -> null,
                        CustomHook.NONE,
                        Meter.NONE));
        var history = new MemoryHistory(clock);
        var replies = new Replies();
        this.node = new Node(new Node.Parts(
                7,
                loops,
                clock,
                this,
                dialect.gatekeeper(),
                history,
                history,
                new MemoryPresenceBoard(),
                RoomRelay.NONE,
                MemberBook.NONE,
                dialect.worlds().over(_ -> new Hearers()),
                replies,
                Meter.NONE,
                Node.NodeLimits.DEFAULT));
        dialect.worlds()
                .attach(
                        (event, to) -> {
                            var _ = node.serve(new Command.Relay(event.room(), event, to), null);
                        },
                        replies::close);
    }

    /** What is at the other end of a connection. */
    interface Client {
        void onFrame(Frame frame);

        /** @param code of the close frame; 0: none */
        void onClose(int code);
    }

    /** A connection. */
    interface Line {
        void send(Frame frame);

        /** The connection is lost, and what was on its way. */
        void cut();
    }

    /** Null: it was refused. */
    @Nullable
    Line connect(String query, Client client) {
        Admission admission = dialect.admit(Handshakes.to("/ws/lobby?" + query).build())
                .toCompletableFuture()
                .join();
        if (!(admission instanceof Admission.Unidentified in)) return null;
        Wire wire = new Wire(client, in);
        wires.put(wire.session.id(), wire);
        loops.on(wire.session.home(), () -> wire.conversation.opened(wire));
        return wire;
    }

    // --- time

    private boolean step() {
        List<Wire> busy = wires.values().stream().filter(Wire::isBusy).toList();
        if (busy.isEmpty() || random.nextBoolean()) {
            if (loops.runOne()) return true;
        }
        if (busy.isEmpty()) return false;
        busy.get(random.nextInt(busy.size())).step();
        return true;
    }

    void steps(int most) {
        for (int i = 0; i < most && step(); i++) {}
    }

    void settle() {
        while (step()) {}
    }

    void advance(Duration by) {
        settle();
        loops.advance(by);
        for (Wire wire : List.copyOf(wires.values()))
            loops.on(wire.session.home(), () -> wire.conversation.onTick(wire));
        settle();
    }

    private final class Wire implements Line, WebSocketInbox {
        private final Client client;
        private Session session;
        private final Conversation conversation;
        private final Deque<Frame> toServer = new ArrayDeque<>();
        /** Frames of one message come together. */
        private final Deque<List<Frame>> toClient = new ArrayDeque<>();

        private boolean known;
        private boolean over;

        Wire(Client client, Admission.Unidentified in) {
            this.client = client;
            this.session = new Session(
                    node.nextSessionId(),
                    loops.loop(random.nextInt(2)),
                    GraphwizDialect.NAME,
                    "",
                    null,
                    Set.of(),
                    clock.millis(),
                    "192.0.2.1",
                    "");
            this.conversation = in.conversation().apply(session);
        }

        @Override
        public void send(Frame frame) {
            if (!over) toServer.add(frame);
        }

        @Override
        public void cut() {
            if (!over) end(CloseReason.DEAD_PEER);
        }

        private void end(CloseReason reason) {
            over = true;
            wires.remove(session.id());
            loops.on(session.home(), () -> {
                if (known) node.disconnected(session, reason);
                conversation.onEnded(reason);
            });
        }

        boolean isBusy() {
            return !toServer.isEmpty() || !toClient.isEmpty();
        }

        void step() {
            boolean up = toClient.isEmpty() || (!toServer.isEmpty() && random.nextBoolean());
            if (!up) {
                toClient.poll().forEach(client::onFrame);
                return;
            }
            Frame frame = toServer.poll();
            loops.on(session.home(), () -> conversation.decode(frame, this));
        }

        @Override
        public void ask(Command command, Tag tag) {
            if (!over) node.submit(session, command, tag);
        }

        @Override
        public void answer(Frame frame) {
            answer(List.of(frame));
        }

        @Override
        public void answer(List<Frame> message) {
            if (!over) toClient.add(message);
        }

        @Override
        public Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId) {
            session = session.identified(user, tenant, permissions, tokenId);
            known = true;
            node.connected(session);
            return session;
        }

        @Override
        public <T extends @Nullable Object> void when(CompletionStage<T> stage, Then<T> then) {}

        @Override
        public void close(CloseReason reason) {
            if (over) return;
            Farewell own = conversation.farewell(reason);
            Farewell farewell = own == null ? dialect.farewell(reason) : own;
            while (!toClient.isEmpty()) toClient.poll().forEach(client::onFrame);
            client.onClose(farewell instanceof Farewell.CloseFrame frame ? frame.code() : 0);
            end(reason);
        }

        @Override
        public void active() {}

        @Override
        public void rejected(Rejected why) {}
    }

    // --- ports of core: what one loop says to one session arrives in that order

    private void at(Session to, Consumer<Wire> then) {
        to.home().post(() -> {
            Wire wire = wires.get(to.id());
            if (wire != null) then.accept(wire);
        });
    }

    private final class Replies implements Connections {
        @Override
        public void reply(Session to, Tag tag, Reply reply) {
            at(to, wire -> wire.conversation.onReply(tag, reply, wire));
        }

        @Override
        public void tell(Session to, Event event) {
            at(to, wire -> wire.answer(dialect.encode(event, wire.conversation.variant())));
        }

        @Override
        public void close(Session session, CloseReason reason) {
            at(session, wire -> wire.close(reason));
        }
    }

    private final class Hearers implements RoomAudience {
        private final Map<Session, JoinOptions> members = new LinkedHashMap<>();

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
                List<Frame> frames = dialect.encode(event, options.variant());
                at(member, wire -> {
                    if (!options.filtered() || wire.conversation.hears(event)) wire.answer(frames);
                });
            });
        }

        @Override
        public void close() {}
    }

    @Override
    public RoomId resolve(String ofDialect, String tenant, String name) {
        return new RoomId(ofDialect, tenant, name);
    }

    @Override
    public RoomRules rules(RoomId room) {
        return dialect.rules();
    }
}
