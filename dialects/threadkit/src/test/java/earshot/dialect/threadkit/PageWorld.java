package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.Node;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.presence.MemberBook;
import earshot.core.relay.RoomRelay;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualLoops;
import earshot.core.testkit.RecordingAudience;
import earshot.core.testkit.RecordingConnections;
import earshot.core.testkit.Told;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.WebSocketInbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** A real node with the memory engine, on loops that a test turns by hand, and readers that count as the original client does. */
final class PageWorld {
    static final ThreadkitConfig CONFIG = ThreadkitConfig.DEFAULT.withMessagesPerSecond(0);

    final TestWorld world = new TestWorld();
    final ThreadkitDialect dialect = world.dialect(CONFIG);
    final ThreadkitEvents events = new ThreadkitEvents(CONFIG);
    final ManualLoops loops;
    final Node node;

    private final Told told = new Told();
    private final List<Reader> readers = new ArrayList<>();

    /** @param random draws which loop runs next; null: the first */
    PageWorld(Random random) {
        loops = new ManualLoops(world.clock, 3, random);
        var history = new MemoryHistory(world.clock);
        node = new Node(new Node.Parts(
                7,
                loops,
                world.clock,
                TestWorld.realms(CONFIG),
                dialect.gatekeeper(),
                history,
                history,
                new MemoryPresenceBoard(),
                RoomRelay.NONE,
                MemberBook.NONE,
                RecordingAudience.factory(told),
                new RecordingConnections(told),
                Meter.NONE,
                Node.NodeLimits.DEFAULT));
    }

    Reader connect(String token) {
        return connect(TestWorld.PUBLIC_KEY, token);
    }

    Reader connect(String key, String token) {
        var request = Handshakes.to("/ws?project_id=" + key + "&token=" + token).build();
        var reader = new Reader((Admission.Accepted)
                dialect.admit(request).toCompletableFuture().join());
        readers.add(reader);
        return reader;
    }

    /** An event of the product, as it is published. */
    void published(RoomId room, String envelope) {
        var heard = (Heard.Told) events.onPage(room, TestWorld.utf8(envelope), null);
        heard.deliver(node::serve);
    }

    /** Until nothing waits and everybody has heard everything. */
    void settle() {
        do {
            loops.runAll();
        } while (readers.stream().mapToInt(Reader::hearAll).sum() > 0);
    }

    void pass(Duration time) {
        settle();
        loops.advance(time);
        settle();
    }

    /** Some of what waits. */
    void some(int tasks) {
        for (int i = 0; i < tasks; i++) loops.runOne();
        readers.forEach(Reader::hearAll);
    }

    /** One connection, and what its client makes of it. */
    final class Reader implements WebSocketInbox {
        final Session session;
        final List<JsonNode> frames = new ArrayList<>();
        final Map<String, Set<String>> shown = new HashMap<>();
        final Map<String, Integer> counted = new HashMap<>();
        boolean open = true;

        private final Conversation conversation;
        private int heard;

        Reader(Admission.Accepted accepted) {
            session = new Session(
                    node.nextSessionId(),
                    loops.loop(readers.size() % loops.count()),
                    ThreadkitDialect.NAME,
                    accepted.tenant(),
                    accepted.user(),
                    accepted.permissions(),
                    world.clock.millis(),
                    "192.0.2.1",
                    accepted.tokenId());
            conversation = accepted.conversation().apply(session);
            loops.on(session.home(), () -> {
                node.connected(session);
                conversation.opened(this);
            });
        }

        void says(String text) {
            loops.on(session.home(), () -> conversation.decode(Frame.text(text), this));
        }

        void ends(CloseReason reason) {
            open = false;
            loops.on(session.home(), () -> node.disconnected(session, reason));
        }

        /** How much was new. */
        int hearAll() {
            List<Told.Item> items = told.to(session);
            int before = heard;
            while (heard < items.size()) hear(items.get(heard++));
            return heard - before;
        }

        private void hear(Told.Item item) {
            switch (item) {
                case Told.Replied r -> loops.on(session.home(), () -> conversation.onReply(r.tag(), r.reply(), this));
                case Told.Heard h -> dialect.encode(h.event(), 0).forEach(this::answer);
                case Told.Closed _ -> open = false;
            }
        }

        @Override
        public void ask(Command command, Tag tag) {
            node.submit(session, command, tag);
        }

        @Override
        public void answer(Frame frame) {
            JsonNode json = TestWorld.json(frame);
            frames.add(json);
            count(json.get("method").stringValue(), json.get("params"));
        }

        /** As the original: three methods move a number, and nothing is looked up. What must hold for that to be right is checked here. */
        private void count(String method, JsonNode params) {
            if (!params.has("page_id")) return;
            String page = params.get("page_id").stringValue();
            switch (method) {
                case "presence" -> {
                    shown.put(page, new TreeSet<>());
                    params.get("users")
                            .forEach(u -> assertThat(shown.get(page).add(id(u))).isTrue());
                    counted.put(page, params.get("users").size());
                }
                case "user_joined" -> {
                    assertThat(shown.get(page).add(id(params.get("user"))))
                            .as("joined twice")
                            .isTrue();
                    counted.merge(page, 1, Integer::sum);
                }
                case "user_left" -> {
                    String user = params.get("user_id").stringValue();
                    assertThat(shown.get(page).remove(user))
                            .as("left without joining")
                            .isTrue();
                    counted.merge(page, -1, (a, b) -> Math.max(0, a + b));
                }
                default -> assertThat(shown).as("before presence: %s", method).containsKey(page);
            }
        }

        private static String id(JsonNode user) {
            return user.get("id").stringValue();
        }

        List<String> methods() {
            return frames.stream().map(f -> f.get("method").stringValue()).toList();
        }

        JsonNode last() {
            return frames.getLast();
        }

        @Override
        public void close(CloseReason reason) {
            open = false;
        }

        @Override
        public void active() {}

        @Override
        public void rejected(Rejected why) {}
    }
}
