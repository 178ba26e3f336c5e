package earshot.core.testkit;

import earshot.core.Node;
import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryMemberBook;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.memory.MemoryRelay;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.presence.PresenceBoard;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Loop;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A whole node over memory engines, with manual time and loops: what tests of rooms begin with. Change the fields before {@link #node}. */
public final class World {
    public static final RoomRules RULES =
            new RoomRules(1000, Retention.EVERYTHING, 50, 0, false, 1000, 3000, false, false);
    public static final Set<Permission> ALL = EnumSet.allOf(Permission.class);
    public static final Set<Permission> READ_WRITE = EnumSet.of(Permission.READ, Permission.WRITE);

    public final ManualClock clock = new ManualClock();
    public final ManualLoops loops;
    public final Told told = new Told();
    public final MemoryMeter meter = new MemoryMeter();
    public final MemoryHistory history = new MemoryHistory(clock);
    public RoomLog log = history;
    public MessageBook book = history;
    public PresenceBoard board = new MemoryPresenceBoard();
    public final MemoryRelay relay = new MemoryRelay();
    /** How a node comes to its relay; to put something between. */
    public UnaryOperator<RoomRelay> relays = UnaryOperator.identity();

    public MemberBook members = new MemoryMemberBook();
    public RoomAudience.Factory audiences = RecordingAudience.factory(told);
    public RoomRules rules = RULES;
    public Node.NodeLimits limits = Node.NodeLimits.DEFAULT;
    public Gatekeeper gatekeeper =
            (session, room) -> CompletableFuture.completedStage(new Gatekeeper.Verdict.Granted(READ_WRITE));

    private long incarnation = 7;
    private @Nullable Node node;
    private int nextHome;
    private int nextTag;

    public World() {
        this(2);
    }

    public World(int loopCount) {
        this.loops = new ManualLoops(clock, loopCount);
    }

    public World(int loopCount, Random random) {
        this.loops = new ManualLoops(clock, loopCount, random);
    }

    public Node node() {
        if (node == null) node = another();
        return node;
    }

    /** One more node over the same engines, as a second process would be; sessions of {@link #connect} are the first node's. */
    public Node another() {
        long own = incarnation++;
        return new Node(new Node.Parts(
                own,
                loops,
                clock,
                realms(),
                (session, room) -> gatekeeper.admit(session, room),
                log,
                book,
                board,
                relays.apply(relay.node(own)),
                members,
                audiences,
                new RecordingConnections(told),
                meter,
                limits));
    }

    /** The process ends without a word and another begins; what is durable stays. */
    public void crash() {
        if (members instanceof MemoryMemberBook written) written.restart();
        board = new MemoryPresenceBoard();
        node = null;
    }

    private Realms realms() {
        return new Realms() {
            @Override
            public RoomId resolve(String dialect, String tenant, String name) {
                return new RoomId(dialect, tenant, name);
            }

            @Override
            public RoomRules rules(RoomId room) {
                if (!room.realm().equals("test"))
                    throw new IllegalArgumentException("room: " + room + " (expected: realm test)");
                return rules;
            }
        };
    }

    public static RoomId room(String name) {
        return new RoomId("test", "", name);
    }

    public static Profile user(String name) {
        return Profile.named(new UserId("test", name), name);
    }

    // --- sessions

    /** Homes go round the loops. */
    public Session connect(@Nullable String user) {
        return connect(node(), user);
    }

    public Session connect(Node at, @Nullable String user) {
        Loop home = loops.loop(nextHome++ % loops.count());
        Session session = new Session(
                at.nextSessionId(),
                home,
                "test",
                "",
                user == null ? null : user(user),
                Set.of(),
                clock.millis(),
                "192.0.2.1",
                "");
        loops.on(home, () -> at.connected(session));
        return session;
    }

    /** Says it and does not wait. The tag finds the reply. */
    public Tag say(Session session, Command command) {
        return say(node(), session, command);
    }

    public Tag say(Node at, Session session, Command command) {
        Tag tag = Tag.of(++nextTag);
        loops.on(session.home(), () -> at.submit(session, command, tag));
        return tag;
    }

    /** Says it, lets everything run, and gives the reply. */
    public Reply ask(Session session, Command command) {
        Tag tag = say(session, command);
        loops.runAll();
        return told.reply(session, tag);
    }

    /** As {@link #ask(Session, Command)}, of a session of another node. */
    public Reply ask(Node at, Session session, Command command) {
        Tag tag = say(at, session, command);
        loops.runAll();
        return told.reply(session, tag);
    }

    public Session join(String user, RoomId room) {
        return join(node(), user, room);
    }

    public Session join(Node at, @Nullable String user, RoomId room) {
        Session session = connect(at, user);
        joined(ask(at, session, new Command.Join(room, JoinOptions.fresh(50))));
        return session;
    }

    public RoomSnapshot joinAs(Session session, RoomId room) {
        return joined(ask(session, new Command.Join(room, JoinOptions.fresh(50))))
                .snapshot();
    }

    public Reply.Joined resume(Session session, RoomId room, Position after) {
        return joined(ask(session, new Command.Join(room, new JoinOptions(0, false, false, 50, after))));
    }

    public Reply.Accepted post(Session session, RoomId room, String id) {
        return (Reply.Accepted) ask(session, publish(room, id));
    }

    public static Command.Publish publish(RoomId room, String id) {
        return new Command.Publish(room, Drafts.post(id), null);
    }

    public void disconnect(Session session, CloseReason reason) {
        disconnect(node(), session, reason);
    }

    public void disconnect(Node at, Session session, CloseReason reason) {
        loops.on(session.home(), () -> at.disconnected(session, reason));
    }

    public Reply serve(Command command, @Nullable Profile as) {
        return serve(node(), command, as);
    }

    public Reply serve(Node at, Command command, @Nullable Profile as) {
        CompletableFuture<Reply> answer = at.serve(command, as).toCompletableFuture();
        loops.runAll();
        return answer.join();
    }

    public <T> T await(CompletionStage<T> stage) {
        loops.runAll();
        return stage.toCompletableFuture().getNow(null);
    }

    public void advance(Duration by) {
        loops.advance(by);
    }

    // --- what was heard

    public static Reply.Joined joined(Reply reply) {
        if (reply instanceof Reply.Joined joined) return joined;
        throw new AssertionError("not joined: " + reply);
    }

    public List<String> keptIds(Session session) {
        return told.kept(session).stream().map(KeptEvent::messageId).toList();
    }

    public static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    public static List<String> names(PresenceList list) {
        return list.users().stream().map(p -> p.user().name()).toList();
    }

    /** Joins and leaves as {@code +name} and {@code -name}. */
    public List<String> comings(Session session) {
        return told.events(session).stream()
                .map(event -> switch (event) {
                    case Event.UserJoined j -> "+" + j.user().name();
                    case Event.UserLeft l -> "-" + l.user().name();
                    default -> "";
                })
                .filter(text -> !text.isEmpty())
                .toList();
    }
}
