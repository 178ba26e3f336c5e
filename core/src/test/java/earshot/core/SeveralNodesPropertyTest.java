package earshot.core;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.HeldRelay;
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
 * Random people on two or three nodes, loops and relays in random order: everybody hears the log in one order, each session's own words in its order and
 * once, and nobody their own; values end the same for everybody, and typing ends. A failure names its seed.
 */
final class SeveralNodesPropertyTest {
    private static final int SCHEDULES = Boolean.getBoolean("earshot.long") ? 20_000 : 300;

    @Test
    void everyMember_onEveryNode_hearsTheSameRoom() {
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
        final HeldRelay relay = new HeldRelay();
        final List<Node> nodes = new ArrayList<>();
        final RoomId room = World.room("r");
        final List<Client> clients = new ArrayList<>();
        int nextMessage;
        int nextVote;

        Schedule(int seed) {
            random = new Random(seed);
            world = new World(1 + random.nextInt(3), random);
            world.relays = relay::over;
            nodes.add(world.node());
            for (int i = 1 + random.nextInt(2); i > 0; i--) nodes.add(world.another());
        }

        void play() {
            for (int i = 0; i < 150; i++) step();
            relay.letGo();
            settle();
            for (Client client : clients) client.check();
            checkValues();
        }

        void step() {
            switch (random.nextInt(16)) {
                case 0 -> connect();
                case 1, 2 -> any().say(new Command.Join(room, JoinOptions.fresh(50)));
                case 3, 4 -> any().publish();
                case 5, 6 -> any().relay();
                case 7 -> any().say(new Command.Type(room, random.nextInt(3) > 0, null));
                case 8 -> vote();
                case 9 -> any().leave();
                case 10 -> world.advance(Duration.ofMillis(random.nextInt(900)));
                case 11 -> relay.hold();
                case 12 -> relay.letGo();
                default -> {
                    for (int i = random.nextInt(8); i > 0; i--) if (!world.loops.runOne()) relay.releaseOne(random);
                    relay.releaseOne(random);
                }
            }
        }

        void connect() {
            if (clients.size() < 10) clients.add(new Client());
        }

        Client any() {
            if (clients.isEmpty()) connect();
            return clients.get(random.nextInt(clients.size()));
        }

        /** The product says it to any node. */
        void vote() {
            var vote = new Command.Vote(room, "v" + random.nextInt(3), ++nextVote, 0);
            var _ = nodes.get(random.nextInt(nodes.size())).serve(vote, World.user("product"));
        }

        void settle() {
            world.loops.runAll();
            world.advance(Duration.ofSeconds(30));
        }

        /** Everybody who is in, and who joins now on any node, knows the same values. */
        void checkValues() {
            Map<String, Long> expected = null;
            for (Client client : clients) {
                if (!client.isIn()) continue;
                expected = expected == null ? client.values() : expected;
                assertThat(client.values())
                        .as("values of " + client.session.id())
                        .isEqualTo(expected);
            }
            for (Node node : nodes) {
                if (expected == null) return;
                Session late = world.connect(node, "late");
                var reply = (Reply.Joined) world.ask(node, late, new Command.Join(room, JoinOptions.fresh(0)));
                Map<String, Long> known = new HashMap<>();
                for (Event event : reply.snapshot().latest()) note(known, event);
                assertThat(known).as("values of who joins late").isEqualTo(expected);
            }
        }

        static void note(Map<String, Long> values, Event event) {
            if (event instanceof Event.VotesChanged v) values.put(v.messageId(), v.upvotes());
        }

        /** A client that believes what it hears; its session lives as long as the run. */
        final class Client {
            final String name = "u" + random.nextInt(6);
            final Node node = nodes.get(random.nextInt(nodes.size()));
            final Session session = world.connect(node, name);
            final Map<Tag, Command> asked = new LinkedHashMap<>();
            int said;
            int lastOwn;

            void say(Command command) {
                asked.put(world.say(node, session, command), command);
            }

            void leave() {
                if (random.nextBoolean()) say(new Command.Leave(room));
                else if (random.nextInt(4) == 0) {
                    world.disconnect(node, session, CloseReason.CLIENT_LEFT);
                    clients.remove(this);
                }
            }

            void publish() {
                lastOwn = ++nextMessage;
                say(new Command.Publish(room, Drafts.post("m" + lastOwn), null));
            }

            /** Says whose it is, which it is, and after which own message; to everybody else. */
            void relay() {
                String text = session.id() + " " + ++said + " m" + lastOwn;
                var event = new Event.Relayed(room, text, Lane.SURE, null, 0, new byte[0]);
                say(new Command.Relay(room, event, new Audience.AllButSession(session.id())));
            }

            boolean isIn() {
                boolean in = false;
                for (Told.Item item : world.told.to(session)) {
                    if (!(item instanceof Told.Replied r)) continue;
                    if (r.reply() instanceof Reply.Joined) in = true;
                    if (asked.get(r.tag()) instanceof Command.Leave) in = false;
                }
                return in;
            }

            Map<String, Long> values() {
                Map<String, Long> values = new HashMap<>();
                for (Told.Item item : world.told.to(session)) {
                    if (item instanceof Told.Heard h) note(values, h.event());
                    if (!(item instanceof Told.Replied r) || !(r.reply() instanceof Reply.Joined j)) continue;
                    values.clear();
                    for (Event event : j.snapshot().latest()) note(values, event);
                }
                return values;
            }

            /** Relays of this session that were done, in their order. */
            List<Integer> done() {
                List<Integer> done = new ArrayList<>();
                for (Told.Item item : world.told.to(session)) {
                    if (item instanceof Told.Replied r
                            && asked.get(r.tag()) instanceof Command.Relay relay
                            && r.reply() instanceof Reply.Done)
                        done.add(Integer.parseInt(relay.event().dialect().split(" ", -1)[1]));
                }
                return done;
            }

            void check() {
                Position at = null;
                Set<String> typing = new HashSet<>();
                Set<String> messages = new HashSet<>();
                Map<String, Integer> lastOf = new HashMap<>();
                for (Told.Item item : world.told.to(session)) {
                    if (item instanceof Told.Replied r && r.reply() instanceof Reply.Joined j) {
                        if (at == null) typing.clear();
                        if (at == null) lastOf.clear();
                        at = j.snapshot().position();
                        j.snapshot().history().messages().forEach(m -> messages.add(m.id()));
                    }
                    if (item instanceof Told.Replied r && asked.get(r.tag()) instanceof Command.Leave) at = null;
                    if (!(item instanceof Told.Heard h)) continue;
                    assertThat(at).as("heard while in: " + h.event()).isNotNull();
                    switch (h.event()) {
                        case KeptEvent k -> {
                            assertThat(k.position().offset()).isEqualTo(at.offset() + 1);
                            at = k.position();
                            messages.add(k.messageId());
                        }
                        case Event.Typing t -> {
                            assertThat(t.user().name()).as("own typing").isNotEqualTo(name);
                            if (t.on()) typing.add(t.user().name());
                            else typing.remove(t.user().name());
                        }
                        case Event.Relayed relayed -> heard(relayed.dialect(), lastOf, messages);
                        default -> {}
                    }
                }
                if (!isIn()) return;
                assertThat(typing).as("typing at the end").isEmpty();
            }

            /** One relay: not one's own, the next of its session, and after the message that it speaks of. */
            private void heard(String text, Map<String, Integer> lastOf, Set<String> messages) {
                String[] parts = text.split(" ", -1);
                assertThat(parts[0]).as("own words").isNotEqualTo(session.id().toString());
                int which = Integer.parseInt(parts[1]);
                for (Client other : clients) {
                    if (!other.session.id().toString().equals(parts[0])) continue;
                    List<Integer> done = other.done();
                    Integer last = lastOf.get(parts[0]);
                    if (last != null)
                        assertThat(done.indexOf(which))
                                .as("order of " + parts[0])
                                .isEqualTo(done.indexOf(last) + 1);
                    lastOf.put(parts[0], which);
                    boolean wasDone = other.wasAccepted(parts[2]);
                    if (wasDone) assertThat(messages).as("after its message").contains(parts[2]);
                }
            }

            /** Whether this own message was accepted. */
            boolean wasAccepted(String messageId) {
                for (Told.Item item : world.told.to(session))
                    if (item instanceof Told.Replied r
                            && r.reply() instanceof Reply.Accepted a
                            && a.messageId().equals(messageId)) return true;
                return false;
            }
        }
    }
}
