package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.FaultProxy.Direction;
import earshot.core.testkit.Passage;
import earshot.core.testkit.Seeds;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Sessions come and go on nodes that die, stop and begin anew, in a random order; against a model that knows where everybody is. In the end every board shows
 * the model, and nobody heard anybody leave more often than they did.
 */
final class PresencePropertyTest {
    private static final int NODES = 3;
    private static final int ROOMS = 3;
    private static final int USERS = 6;

    private record Session(SessionId id, TestNode node, int room, String user) {}

    private record Followed(TestNode node, int room, People people, Map<String, Integer> leavesBefore) {}

    private final String prefix = TestNode.freshPrefix();
    private RedisServer redis;
    /** Of the first node to Redis. */
    private FaultProxy way;

    private boolean stormy;
    private final TestNode[] nodes = new TestNode[NODES];
    private final List<Session> sessions = new ArrayList<>();
    private final List<Followed> followed = new ArrayList<>();
    /** How often the last session of a user left a room, at the least. */
    private final Map<String, Integer> leaves = new HashMap<>();

    @Test
    void anything_inAnyOrder_endsAsTheModelSays() {
        int rounds = Boolean.getBoolean("earshot.long") ? 30 : 2;
        for (int i = 0; i < rounds; i++) {
            long seed = Seeds.first() + i;
            stormy = i % 2 == 1;
            try (RedisServer server = RedisServer.start();
                    FaultProxy proxy = new FaultProxy(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), seed)) {
                redis = server;
                way = proxy;
                run(new Random(seed));
            } catch (RuntimeException | AssertionError | IOException e) {
                throw new AssertionError((stormy ? "stormy, seed " : "seed ") + seed, e);
            } finally {
                for (TestNode node : nodes) if (node != null) node.kill();
                sessions.clear();
                followed.clear();
                leaves.clear();
            }
        }
    }

    private void run(Random random) {
        for (int i = 0; i < NODES; i++) start(i);
        for (int i = 0; i < 120; i++) step(random);
        way.calm();
        for (int room = 0; room < ROOMS; room++) {
            Set<String> model = here(room);
            for (Followed f : followed)
                if (f.room == room)
                    TestNode.await(
                            () -> f.people.here().equals(model) && f.people.sessions() == sessionsIn(f.room),
                            Duration.ofSeconds(20),
                            () -> "room " + f.room + " at " + f.node.name + ": " + f.people.here() + " (expected: "
                                    + model + ")");
        }
        for (Followed f : followed) check(f);
    }

    private void check(Followed f) {
        assertThat(f.people.here()).isEqualTo(here(f.room));
        assertThat(f.people.sessions()).isEqualTo(sessionsIn(f.room));
        if (stormy || lives() > 0) return;
        for (int user = 0; user < USERS; user++) {
            String key = f.room + "user" + user;
            int most = leaves.getOrDefault(key, 0) - f.leavesBefore.getOrDefault(key, 0);
            assertThat(f.people.count("-user" + user))
                    .as("leaves of user" + user + " in room " + f.room + " at " + f.node.name)
                    .isLessThanOrEqualTo(most + 1);
        }
    }

    /** How often a busy machine made a node look dead. */
    private long lives() {
        long lost = 0;
        for (TestNode node : nodes) lost += node.meter.value(Metric.INCARNATIONS_LOST);
        return lost;
    }

    private void step(Random random) {
        if (stormy && random.nextInt(20) == 0) hurt(random.nextInt(7), random.nextInt(4_000));
        int dice = random.nextInt(100);
        if (dice < 50) enter(random);
        else if (dice < 85) leave(random);
        else if (dice < 90) status(random);
        else if (dice < 92) end(random.nextInt(NODES), TestNode::kill);
        else if (dice < 94) end(random.nextInt(NODES), TestNode::close);
        else nodes[random.nextInt(NODES)].settle();
    }

    private void hurt(int how, int millis) {
        switch (how) {
            case 0 -> redis.ask("FLUSHALL");
            case 1 -> redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            case 2 -> redis.ask("CLIENT", "KILL", "TYPE", "normal");
            case 3 -> redis.ask("CLIENT", "PAUSE", "700", "ALL");
            case 4 -> way.resetAll();
            case 5 -> way.set(Direction.TO_SERVER, Passage.stalled(millis));
            default -> way.set(Direction.TO_CLIENT, Passage.stalled(millis));
        }
    }

    private void enter(Random random) {
        TestNode node = nodes[random.nextInt(NODES)];
        int room = random.nextInt(ROOMS);
        String user = "user" + random.nextInt(USERS);
        sessions.add(new Session(node.enter(room(room), user), node, room, user));
    }

    private void leave(Random random) {
        if (sessions.isEmpty()) return;
        Session session = sessions.remove(random.nextInt(sessions.size()));
        session.node.board().leave(room(session.room), session.id);
        onGone(session);
    }

    private void onGone(Session session) {
        if (!here(session.room).contains(session.user)) leaves.merge(session.room + session.user, 1, Integer::sum);
    }

    private void status(Random random) {
        if (sessions.isEmpty()) return;
        Session session = sessions.get(random.nextInt(sessions.size()));
        session.node
                .board()
                .status(room(session.room), TestNode.user(session.user).user(), "away" + random.nextInt(3));
    }

    /** And another one of its name begins. */
    private void end(int i, java.util.function.Consumer<TestNode> how) {
        TestNode node = nodes[i];
        how.accept(node);
        followed.removeIf(f -> f.node == node);
        List<Session> gone = sessions.stream().filter(s -> s.node == node).toList();
        sessions.removeAll(gone);
        gone.forEach(this::onGone);
        start(i);
    }

    private void start(int i) {
        way.calm();
        String address = i == 0 ? "redis://127.0.0.1:" + way.address().getPort() : redis.address();
        nodes[i] = TestNode.start(address, prefix, "node" + i);
        for (int room = 0; room < ROOMS; room++)
            followed.add(new Followed(nodes[i], room, nodes[i].follow(room(room)), new HashMap<>(leaves)));
    }

    private Set<String> here(int room) {
        Set<String> users = new TreeSet<>();
        for (Session session : sessions) if (session.room == room) users.add(session.user);
        return users;
    }

    private int sessionsIn(int room) {
        return (int) sessions.stream().filter(s -> s.room == room).count();
    }

    private static RoomId room(int number) {
        return new RoomId("test", "", "room" + number);
    }
}
