package earshot.core;

import static earshot.core.testkit.World.room;
import static earshot.core.testkit.World.user;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.product.EventKeys;
import earshot.core.product.ProductChannels;
import earshot.core.product.ProductFeed;
import earshot.core.product.ProductVoice;
import earshot.core.session.Session;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.HeldLog;
import earshot.core.testkit.Seeds;
import earshot.core.testkit.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * Nodes that publish on a product's channels and hear themselves there, before or after the log's feed, before and while their rooms open, in random order:
 * what was done once stands once, and members hear it once. A failure names its seed.
 */
final class ProductVoicePropertyTest {
    private static final RoomId ROOM = room("r");
    private static final String CHANNEL = "test:room:r:events";
    private static final int SCHEDULES = Boolean.getBoolean("earshot.long") ? 10_000 : 150;

    @Test
    void everythingSaid_standsOnceAndIsHeardOnce_howeverItComesBack() {
        for (long seed = Seeds.first(), last = seed + SCHEDULES; seed < last; seed++) {
            try {
                new Schedule(seed).play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** One run. */
    private static final class Schedule {
        private final Random random;
        private final World world;
        private final List<Speaker> nodes = new ArrayList<>();
        private final List<String> posted = new ArrayList<>();
        private int messages;
        private int texts;
        private int accepted;

        Schedule(long seed) {
            random = new Random(seed);
            world = new World(1 + random.nextInt(3), random);
            for (int i = 2 + random.nextInt(2); i > 0; i--) nodes.add(new Speaker());
        }

        void play() {
            nodes.getFirst().join();
            world.loops.runAll();
            for (int i = 0; i < 120; i++) step();
            for (Speaker node : nodes) node.log.letGo();
            settle();
            check();
        }

        private void step() {
            Speaker node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(12)) {
                case 0 -> node.join();
                case 1 -> node.leave();
                case 2, 3 -> node.serve(Drafts.post("m" + ++messages));
                case 4, 5 -> node.change();
                case 6 -> node.log.hold();
                case 7 -> node.log.letGo();
                case 8 -> world.advance(Duration.ofMillis(random.nextInt(3000)));
                default -> {
                    for (int i = random.nextInt(8); i > 0; i--) if (!world.loops.runOne()) node.deliver();
                    node.log.releaseOne(random);
                    node.deliver();
                }
            }
        }

        private void settle() {
            do {
                world.loops.runAll();
                for (Speaker node : nodes) while (node.deliver()) {}
                world.loops.runAll();
            } while (nodes.stream().anyMatch(node -> !node.heard.isEmpty()));
        }

        private void check() {
            var slice = world.await(world.history.read(ROOM, Position.START, 1000));
            assertThat(slice.entries()).as("entries of the log").hasSize(accepted);
            for (Speaker node : nodes) {
                if (node.session == null) continue;
                List<Position> told = world.told.kept(node.session).stream()
                        .map(KeptEvent::position)
                        .toList();
                assertThat(told).doesNotHaveDuplicates();
                assertThat(world.told.events(node.session))
                        .as("nothing is told past the log")
                        .noneMatch(earshot.core.message.Event.Relayed.class::isInstance);
            }
        }

        /** A node, and what it has still to hear. */
        private final class Speaker {
            private final HeldLog log = new HeldLog(world.history, world.history);
            private final ArrayDeque<byte[]> heard = new ArrayDeque<>();
            private final List<ProductChannels.Listener> listeners = new ArrayList<>();
            private final Node node;
            private Session session;

            Speaker() {
                var keys = new EventKeys(world.clock);
                var voice = new ProductVoice(channels(), ProductFeedTest::words, keys, world.meter);
                var audiences = world.audiences;
                world.log = voice.over(log);
                world.book = log;
                world.audiences = voice.over(audiences);
                node = world.another();
                world.audiences = audiences;
                new ProductFeed(channels(), List.of(ProductFeedTest.source()), node.productSide(), keys, world.meter)
                        .open();
            }

            private ProductChannels channels() {
                return new ProductChannels() {
                    @Override
                    public void publish(String channel, byte[] payload) {
                        for (Speaker each : nodes) each.heard.add(payload);
                    }

                    @Override
                    public Following followAll(String pattern, Listener listener) {
                        if (pattern.startsWith("test:room:")) listeners.add(listener);
                        return () -> listeners.remove(listener);
                    }

                    @Override
                    public Following follow(String channel, Listener listener) {
                        throw new AssertionError(channel);
                    }
                };
            }

            boolean deliver() {
                byte[] next = heard.poll();
                if (next == null) return false;
                for (ProductChannels.Listener listener : listeners) listener.onMessage(CHANNEL, next);
                return true;
            }

            void join() {
                if (session != null) return;
                session = world.connect(node, "reader" + nodes.indexOf(this));
                world.say(node, session, new Command.Join(ROOM, earshot.core.message.JoinOptions.fresh(50)));
            }

            /** The room closes a while after. */
            void leave() {
                if (session == null) return;
                world.disconnect(node, session, CloseReason.CLIENT_LEFT);
                session = null;
                if (random.nextBoolean()) world.advance(Duration.ofSeconds(6));
            }

            void change() {
                if (posted.isEmpty()) return;
                String id = posted.get(random.nextInt(posted.size()));
                serve(random.nextInt(4) == 0 ? new Change.Delete(id) : Drafts.edit(id, "t" + ++texts));
            }

            void serve(Change change) {
                CompletionStage<Reply> answer = node.serve(new Command.Publish(ROOM, change, null), user("server"));
                var _ = answer.thenAccept(reply -> {
                    if (!(reply instanceof Reply.Accepted)) return;
                    accepted++;
                    if (change instanceof Change.Post post) posted.add(post.messageId());
                });
            }
        }
    }
}
