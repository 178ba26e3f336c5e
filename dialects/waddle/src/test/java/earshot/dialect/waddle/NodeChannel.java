package earshot.dialect.waddle;

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
import earshot.core.message.Tag;
import earshot.core.presence.MemberBook;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.RecordingAudience;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import earshot.dialect.testkit.WebSocketInbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The dialect on a real node with the memory engine, two loops that a seed interleaves, and a wire per client on which frames wait. It can be
 * stopped and started: history stays, everything else is new.
 */
final class NodeChannel implements SeedClient.Network, Realms, UserBook, TokenVerifier {
    final ManualClock clock = new ManualClock();
    final WaddleDialect dialect;
    private final Random random;
    private final AtomicLong ids = new AtomicLong();
    private final MemoryHistory history = new MemoryHistory(clock);
    private final Map<Session, Link> links = new LinkedHashMap<>();
    private ManualLoops loops;
    private Node node;
    private long incarnation;

    NodeChannel(WaddleConfig config, Random random) {
        this.random = random;
        this.dialect = new WaddleDialect(new WaddleDialect.Parts(
                config, this, this, this, clock, () -> Samples.id(ids.incrementAndGet()), Meter.NONE, false));
        start();
    }

    private void start() {
        loops = new ManualLoops(clock, 2, random);
        node = new Node(new Node.Parts(
                ++incarnation,
                loops,
                clock,
                this,
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

    /** As kill -9: every connection is gone, and what was on its way. */
    void restart() {
        List<Link> cut = List.copyOf(links.values());
        links.clear();
        start();
        cut.forEach(l -> l.client.onClose(false));
    }

    // ---- the network

    @Override
    public SeedClient.Wire connect(SeedClient client) {
        Link link = new Link(client);
        links.put(link.session, link);
        loops.on(link.session.home(), link::open);
        return link;
    }

    /** A task of a loop, or a frame of a wire; false when nothing is on its way. */
    boolean step() {
        List<Link> busy = links.values().stream().filter(Link::isBusy).toList();
        boolean loopsFirst = random.nextBoolean();
        if (loopsFirst && loops.runOne()) return true;
        if (busy.isEmpty()) return loops.runOne();
        busy.get(random.nextInt(busy.size())).step();
        return true;
    }

    void settle() {
        while (step()) {}
    }

    void advance(Duration by) {
        settle();
        loops.advance(by);
        settle();
    }

    void end(SeedClient client, CloseReason reason) {
        Link link = links.values().stream()
                .filter(l -> l.client == client)
                .findFirst()
                .orElseThrow();
        links.remove(link.session);
        loops.on(link.session.home(), () -> node.disconnected(link.session, reason));
        client.onClose(reason == CloseReason.CLIENT_LEFT || dialect.farewell(reason) instanceof Farewell.CloseFrame);
    }

    /** Ids of all that is kept, in order. */
    List<String> kept() {
        Command.ReadHistory all = new Command.ReadHistory(Fixture.ROOM, new Command.From.Newest(), 1000);
        CompletableFuture<Reply> reply = node.serve(all, null).toCompletableFuture();
        settle();
        return ((Reply.History) reply.join())
                .messages().stream().map(m -> m.id()).toList();
    }

    private final class Link implements SeedClient.Wire, WebSocketInbox {
        final SeedClient client;
        final Session session;
        private final Conversation conversation;
        private final Deque<String> toServer = new ArrayDeque<>();
        private final Deque<String> toClient = new ArrayDeque<>();

        Link(SeedClient client) {
            this.client = client;
            Handshakes handshake = Handshakes.to("/channel/chan1/websocket").header("authorization", client.name);
            Admission.Accepted a = (Admission.Accepted)
                    dialect.admit(handshake.build()).toCompletableFuture().join();
            session = new Session(
                    node.nextSessionId(),
                    loops.loop(random.nextInt(2)),
                    WaddleDialect.NAME,
                    "",
                    a.user(),
                    a.permissions(),
                    clock.millis(),
                    "192.0.2.1",
                    "");
            conversation = a.conversation().apply(session);
        }

        void open() {
            node.connected(session);
            conversation.opened(this);
        }

        @Override
        public void send(String frame) {
            toServer.add(frame);
        }

        boolean isBusy() {
            return !toServer.isEmpty() || !toClient.isEmpty();
        }

        void step() {
            boolean up = toClient.isEmpty() || (!toServer.isEmpty() && random.nextBoolean());
            if (up) {
                String frame = toServer.poll();
                loops.on(session.home(), () -> conversation.decode(Frame.text(frame), this));
            } else client.onMessage(toClient.poll());
        }

        @Override
        public void ask(Command command, Tag tag) {
            node.submit(session, command, tag);
        }

        @Override
        public void answer(Frame frame) {
            toClient.add(frame.asText());
        }

        @Override
        public void close(CloseReason reason) {
            throw new AssertionError(client.name + " closed: " + reason);
        }

        @Override
        public void active() {}

        @Override
        public void rejected(Rejected why) {
            throw new AssertionError(client.name + " rejected: " + why);
        }
    }

    // ---- ports of core: what one loop says to one session arrives in that order

    private final class Replies implements Connections {
        @Override
        public void reply(Session to, Tag tag, Reply reply) {
            to.home().post(() -> {
                Link link = links.get(to);
                if (link != null) link.conversation.onReply(tag, reply, link);
            });
        }

        @Override
        public void tell(Session to, Event event) {
            deliver(to, dialect.encode(event, 0));
        }

        @Override
        public void close(Session session, CloseReason reason) {
            throw new AssertionError("closed: " + reason);
        }
    }

    private void deliver(Session to, List<Frame> frames) {
        to.home().post(() -> {
            Link link = links.get(to);
            if (link != null) frames.forEach(link::answer);
        });
    }

    private final class Hearers implements RoomAudience {
        private final List<Session> members = new ArrayList<>();

        Hearers(RoomId room) {
            assert room.equals(Fixture.ROOM);
        }

        @Override
        public void add(Session session, JoinOptions options) {
            members.add(session);
        }

        @Override
        public void remove(Session session) {
            members.remove(session);
        }

        @Override
        public void tell(Event event, Audience audience) {
            List<Frame> frames = dialect.encode(event, 0);
            for (Session member : members) if (RecordingAudience.hears(member, audience)) deliver(member, frames);
        }

        @Override
        public void close() {}
    }

    // ---- what a server is configured with: everybody may, names are ids, one realm

    @Override
    public Verdict verify(String token) {
        return new Verdict.Valid(new Claims(Map.of("sub", token, "permissions", List.of("read", "write"))));
    }

    @Override
    public CompletionStage<Optional<Profile>> find(earshot.core.message.UserId user) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Void> put(Profile profile) {
        return CompletableFuture.completedStage(null);
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
