package earshot.core.product;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Audience;
import earshot.core.message.Draft;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.product.ProductWords.Said;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.Passed;
import earshot.core.relay.Question;
import earshot.core.relay.RoomRelay;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Says on a product's channels what was decided here, for servers of the product that listen there beside us (DECISIONS 22). It stands between a node and its
 * ports: an entry is said by the node that appended it, votes and notifications by the node that was told of them; what was heard on a channel is not said
 * again. Thread-safe.
 *
 * <p>Every node of ours hears what it says, too. Each mostly knows it before, since it tells its members of the same thing by itself, and passes it over once.
 * What it hears first of what is not kept is the product's word like any other: members hear it then, and not again when the node learns of it. What is kept
 * has an id, or, where it changes something that has, is looked for in the log before it is taken for the product's ({@link ProductLine}); it is said after it
 * was stored.
 */
public final class ProductVoice {
    private final ProductChannels channels;
    private final ProductWords words;
    private final EventKeys keys;
    private final Meter meter;

    public ProductVoice(ProductChannels channels, ProductWords words, EventKeys keys, Meter meter) {
        this.channels = channels;
        this.words = words;
        this.keys = keys;
        this.meter = meter;
        keys.speak();
    }

    private void say(Event event) {
        Said said = words.of(event);
        if (said == null) return;
        channels.publish(said.channel(), said.payload());
        meter.add(Metric.PRODUCT_EVENTS, 1, "said");
    }

    /** Its own words are about to come back. */
    private void expect(Event event) {
        Said said = words.of(event);
        if (said != null) keys.expect(said.channel(), said.payload());
    }

    // --- what is kept

    /** The same log; what this node appends is said. */
    public RoomLog over(RoomLog log) {
        return new SayingLog(log);
    }

    private final class SayingLog implements RoomLog {
        /** What was appended in the moment before a room opened here may still be on its way on the channel. */
        private static final int JUST_SAID = 64;

        private final RoomLog log;

        SayingLog(RoomLog log) {
            this.log = log;
        }

        @Override
        public CompletionStage<Position> open(RoomId room, Retention retention) {
            return log.open(room, retention)
                    .thenCompose(top -> log.read(room, before(top), JUST_SAID)
                            .thenAccept(slice -> slice.entries().forEach(ProductVoice.this::expect))
                            .handle((_, _) -> top));
        }

        private static Position before(Position top) {
            return new Position(top.epoch(), Math.max(0, top.offset() - JUST_SAID));
        }

        @Override
        public CompletionStage<Appended> append(Draft draft) {
            CompletionStage<Appended> answer = log.append(draft);
            if (EventKeys.isOne(draft.idempotencyKey())) return answer;
            return answer.whenComplete((appended, _) -> {
                if (appended instanceof Appended.Stored stored && !stored.repeated()) say(stored.entry());
            });
        }

        @Override
        public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
            return log.read(room, after, limit);
        }

        @Override
        public Following follow(RoomId room, Follower follower) {
            return log.follow(room, follower);
        }

        @Override
        public void release(RoomId room) {
            log.release(room);
        }
    }

    /** The same audiences; what they are told of the log is expected on the channels. */
    public RoomAudience.Factory over(RoomAudience.Factory audiences) {
        return room -> new KnowingAudience(audiences.open(room));
    }

    private final class KnowingAudience implements RoomAudience {
        private final RoomAudience audience;

        KnowingAudience(RoomAudience audience) {
            this.audience = audience;
        }

        @Override
        public void add(Session session, JoinOptions options) {
            audience.add(session, options);
        }

        @Override
        public void change(Session session, JoinOptions options) {
            audience.change(session, options);
        }

        @Override
        public void remove(Session session) {
            audience.remove(session);
        }

        @Override
        public void tell(Event event, Audience to) {
            if (event instanceof KeptEvent) expect(event);
            audience.tell(event, to);
        }

        @Override
        public void close() {
            audience.close();
        }
    }

    // --- votes

    /** The same relay; votes that are decided here are said, also while no other node serves the room. */
    public RoomRelay over(RoomRelay relay) {
        return (room, feed) -> new SayingLine(relay.open(room, new KnowingFeed(feed)));
    }

    private final class SayingLine implements RoomRelay.Line {
        private final RoomRelay.Line line;

        SayingLine(RoomRelay.Line line) {
            this.line = line;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public void tell(Passed passed) {
            if (passed.event() instanceof Event.VotesChanged votes) {
                expect(votes);
                say(votes);
            }
            if (line.isShared()) line.tell(passed);
        }

        @Override
        public void ask() {
            line.ask();
        }

        @Override
        public void close() {
            line.close();
        }
    }

    private final class KnowingFeed implements RoomRelay.Feed {
        private final RoomRelay.Feed feed;

        KnowingFeed(RoomRelay.Feed feed) {
            this.feed = feed;
        }

        @Override
        public void onPassed(Passed passed) {
            if (passed.event() instanceof Event.VotesChanged votes) expect(votes);
            feed.onPassed(passed);
        }

        @Override
        public void onAsked(RoomRelay.Answering answering) {
            feed.onAsked(answering);
        }

        @Override
        public void onReady() {
            feed.onReady();
        }
    }

    // --- notifications

    /** The same relay; notifications that begin here are said. */
    public NodeRelay over(NodeRelay relay) {
        return new NodeRelay() {
            @Override
            public void open(Ears ears) {
                relay.open(question -> {
                    if (question instanceof Question.Notify notify) expect(notify.event());
                    return ears.onAsked(question);
                });
            }

            @Override
            public CompletionStage<Gathered> ask(Question question, Duration within) {
                if (question instanceof Question.Notify notify) {
                    expect(notify.event());
                    say(notify.event());
                }
                return relay.ask(question, within);
            }

            @Override
            public CompletionStage<Gathered> ask(long node, Question question, Duration within) {
                return relay.ask(node, question, within);
            }
        };
    }
}
