package earshot.core;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.room.RoomRules;
import earshot.core.session.Session;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.HeldLog;
import earshot.core.testkit.Told;
import earshot.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of people, loops, slow and lossy logs and one or two nodes, against small models of what a client may conclude from what it
 * hears. A failure names its seed.
 */
final class RoomPropertyTest {
    private static final int SCHEDULES = Boolean.getBoolean("earshot.long") ? 20_000 : 400;

    @Test
    void everyMember_snapshotAndEvents_areTheLog() {
        for (int seed = 1; seed <= SCHEDULES; seed++) {
            try {
                new Schedule(seed).play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** One run. */
    private static final class Schedule {
        final Random random;
        final World world;
        final HeldLog held;
        final Node[] nodes;
        final RoomId room = World.room("r");
        final List<Client> clients = new ArrayList<>();
        final boolean lossy;
        int nextMessage;

        Schedule(int seed) {
            random = new Random(seed);
            world = new World(1 + random.nextInt(3), random);
            held = new HeldLog(world.history, world.history);
            world.log = held;
            world.book = held;
            world.rules = rules(random);
            lossy = random.nextInt(3) == 0;
            switch (random.nextInt(4)) {
                case 0 -> {}
                case 1 -> held.hold();
                default -> held.holdAnswers();
            }
            nodes = random.nextBoolean() ? new Node[] {world.node()} : new Node[] {world.node(), world.another()};
        }

        void play() {
            for (int i = 0; i < 120; i++) step();
            held.letGo();
            settle();
            // One entry that everybody hears shows what was lost on the way without a successor.
            held.loseFeed(0);
            world.serve(World.publish(room, "last"), World.user("product"));
            settle();
            List<KeptEvent> log = entries();
            for (Client client : clients) client.check(log);
            checkPresence();
        }

        void step() {
            switch (random.nextInt(14)) {
                case 0 -> connect();
                case 1, 2 -> any().join();
                case 3, 4, 5 -> any().publish();
                case 6 -> any().leave();
                case 7 -> any().drop();
                case 8 -> any().change();
                case 9 -> {
                    if (lossy) held.loseFeed(1);
                }
                case 10 -> world.advance(Duration.ofMillis(random.nextInt(3000)));
                default -> {
                    for (int i = random.nextInt(6); i >= 0; i--) if (!world.loops.runOne()) held.releaseOne(random);
                    held.releaseOne(random);
                }
            }
        }

        void connect() {
            if (clients.size() < 12) clients.add(new Client());
        }

        Client any() {
            if (clients.isEmpty()) connect();
            return clients.get(random.nextInt(clients.size()));
        }

        void settle() {
            world.loops.runAll();
            world.advance(Duration.ofSeconds(30));
        }

        List<KeptEvent> entries() {
            List<KeptEvent> all = new ArrayList<>();
            Position from = Position.START;
            while (true) {
                var slice = world.history
                        .read(room, from, 1000)
                        .toCompletableFuture()
                        .join();
                if (slice.entries().isEmpty()) return all;
                all.addAll(slice.entries());
                from = all.getLast().position();
            }
        }

        /** At the end everybody who is in counts the same users, and they are those who are in. */
        void checkPresence() {
            Set<String> here = new HashSet<>();
            for (Client client : clients) if (client.isIn() && client.name != null) here.add(client.name);
            for (Client client : clients)
                if (client.isIn())
                    assertThat(client.count()).as("presence of " + client.name).isEqualTo(here);
        }

        /** A client that believes what it hears. */
        final class Client {
            final String name = random.nextInt(8) == 0 ? null : "u" + random.nextInt(5);
            final Node node = nodes[random.nextInt(nodes.length)];
            final List<Session> past = new ArrayList<>();
            final Map<Session, Map<Tag, Command>> asked = new HashMap<>();
            Session session = open();

            Session open() {
                Session fresh = world.connect(node, name);
                asked.put(fresh, new HashMap<>());
                return fresh;
            }

            void say(Command command) {
                asked.get(session).put(world.say(node, session, command), command);
            }

            void join() {
                Position after = random.nextBoolean() ? lastHeard() : null;
                say(new Command.Join(room, new JoinOptions(0, false, false, 20, after)));
            }

            void publish() {
                if (name != null) say(new Command.Publish(room, Drafts.post("m" + ++nextMessage), null));
            }

            void change() {
                if (name == null || nextMessage == 0) return;
                String id = "m" + (1 + random.nextInt(nextMessage));
                say(new Command.Publish(room, Drafts.edit(id, "edited " + random.nextInt(100)), null));
            }

            void leave() {
                say(new Command.Leave(room));
            }

            /** The session ends, and the client comes back with a new one. */
            void drop() {
                CloseReason reason = random.nextBoolean() ? CloseReason.CLIENT_LEFT : CloseReason.SLOW_READER;
                world.disconnect(node, session, reason);
                past.add(session);
                session = open();
            }

            Position lastHeard() {
                List<Session> all = new ArrayList<>(past);
                all.add(session);
                Position last = null;
                for (Session s : all)
                    for (Told.Item item : world.told.to(s)) {
                        if (item instanceof Told.Heard h && h.event() instanceof KeptEvent k) last = k.position();
                        if (item instanceof Told.Replied r && r.reply() instanceof Reply.Joined j)
                            last = j.snapshot().position();
                    }
                return last;
            }

            boolean isIn() {
                boolean in = false;
                for (Told.Item item : world.told.to(session)) {
                    if (!(item instanceof Told.Replied r)) continue;
                    Command command = asked.get(session).get(r.tag());
                    if (r.reply() instanceof Reply.Joined) in = true;
                    if (command instanceof Command.Leave && r.reply() instanceof Reply.Done) in = false;
                }
                return in;
            }

            void check(List<KeptEvent> log) {
                for (Session s : past) checkLine(s, log, false);
                checkLine(session, log, true);
            }

            /** What one session heard: between a join and a leave it is the log without a hole, from the snapshot's position on. */
            private void checkLine(Session s, List<KeptEvent> log, boolean alive) {
                Position at = null;
                Map<Tag, Command> left = new HashMap<>(asked.get(s));
                for (Told.Item item : world.told.to(s)) {
                    switch (item) {
                        case Told.Heard h
                        when h.event() instanceof KeptEvent k -> {
                            assertThat(at)
                                    .as(s.id() + " hears " + k.messageId() + " without being in")
                                    .isNotNull();
                            assertThat(k.position().offset()).as("after " + at).isEqualTo(at.offset() + 1);
                            assertThat(k.messageId())
                                    .isEqualTo(log.get((int) k.position().offset() - 1)
                                            .messageId());
                            at = k.position();
                        }
                        case Told.Heard _, Told.Closed _ -> {}
                        case Told.Replied r -> {
                            Command command = left.remove(r.tag());
                            assertThat(command).as("a question for " + r).isNotNull();
                            at = onReply(command, r.reply(), at, log);
                        }
                    }
                }
                if (!alive) return;
                assertThat(left.values()).as("unanswered by " + s.id()).isEmpty();
                if (at != null && isIn())
                    assertThat(at)
                            .as("the end of the log")
                            .isEqualTo(log.getLast().position());
            }

            private Position onReply(Command command, Reply reply, Position at, List<KeptEvent> log) {
                if (reply instanceof Reply.Joined j) {
                    Position position = j.snapshot().position();
                    if (j.recovered()) checkMissed((Command.Join) command, j, log);
                    else checkWindow(j, log);
                    if (at != null) assertThat(position).as("joined again").isEqualTo(at);
                    return position;
                }
                if (command instanceof Command.Leave && reply instanceof Reply.Done) return null;
                if (reply instanceof Reply.Accepted a)
                    assertThat(at).as("accepted after its fan-out").isGreaterThanOrEqualTo(a.position());
                return at;
            }

            private void checkMissed(Command.Join join, Reply.Joined j, List<KeptEvent> log) {
                Position after = join.options().after();
                List<String> expected =
                        log
                                .subList((int) after.offset(), (int)
                                        j.snapshot().position().offset())
                                .stream()
                                .map(KeptEvent::messageId)
                                .toList();
                assertThat(j.snapshot().missed())
                        .extracting(KeptEvent::messageId)
                        .isEqualTo(expected);
            }

            /** The window is the newest messages as they were at the snapshot's position, exactly. */
            private void checkWindow(Reply.Joined j, List<KeptEvent> log) {
                Map<String, Message> then = new LinkedHashMap<>();
                for (KeptEvent entry :
                        log.subList(0, (int) j.snapshot().position().offset())) {
                    if (entry instanceof KeptEvent.MessagePosted p) then.put(p.messageId(), p.message());
                    else then.computeIfPresent(entry.messageId(), (_, m) -> m.changedBy(entry));
                }
                List<Message> all = new ArrayList<>(then.values());
                int limit = Math.min(20, world.rules.window());
                assertThat(j.snapshot().history().messages())
                        .isEqualTo(all.subList(Math.max(0, all.size() - limit), all.size()));
            }

            /** Counts users as a simple page does: the list, then one more, one less; it must never go wrong on the way. */
            Set<String> count() {
                Set<String> users = new HashSet<>();
                for (Told.Item item : world.told.to(session)) {
                    switch (item) {
                        case Told.Replied r
                        when r.reply() instanceof Reply.Joined j -> {
                            users.clear();
                            for (PresenceList.Present p :
                                    j.snapshot().presence().users())
                                users.add(p.user().name());
                        }
                        case Told.Heard h
                        when h.event() instanceof Event.UserJoined u ->
                            assertThat(users.add(u.user().name()))
                                    .as("joined twice: " + u.user().name())
                                    .isTrue();
                        case Told.Heard h
                        when h.event() instanceof Event.UserLeft u ->
                            assertThat(users.remove(u.user().name()))
                                    .as("left without being here: " + u.user().name())
                                    .isTrue();
                        case Told.Heard _, Told.Replied _, Told.Closed _ -> {}
                    }
                }
                return users;
            }
        }

        private static RoomRules rules(Random random) {
            RoomRules r = World.RULES;
            int[] windows = {0, 3, 20, 50};
            return new RoomRules(
                    r.capacity(),
                    Retention.EVERYTHING,
                    windows[random.nextInt(4)],
                    random.nextInt(2) * 2000L,
                    false,
                    1000,
                    3000,
                    false,
                    false);
        }
    }
}
