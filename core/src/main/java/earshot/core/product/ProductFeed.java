package earshot.core.product;

import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.ProductSource.Meaning;
import earshot.core.product.ProductSource.Subject;
import earshot.core.relay.Passed;
import earshot.core.relay.RoomRelay;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings what products publish on their own channels to the rooms and users of this node. Every node hears every message and tells its own members; what
 * is kept enters the log once, by a key that is the same on all nodes. A message about a room that is not open here costs a look at its name.
 *
 * <p>Thread-safe. The engine's thread only finds out whom a message is about; the rest happens on the room's loop, in order per room.
 */
public final class ProductFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProductFeed.class.getName());
    /** Messages that are not done yet; what comes then is dropped. */
    private static final int MAX_ON_THE_WAY = 20_000;

    private static final long MAX_BYTES_ON_THE_WAY = 64L << 20;
    private static final int MAX_BYTES = 1 << 20;

    /** What a feed asks of its node. Thread-safe. */
    public interface Here {
        /** Runs one of the two on the room's loop: whether the room is open on this node. */
        void whenOpen(RoomId room, Runnable there, Runnable otherwise);

        /** As {@code Node.serve}, but told to the members of this node only, and NOT_MEMBER when the room is not open here. */
        CompletionStage<Reply> hear(Command command, Profile as);

        /** Answers when the room has everything that the log has now, when that cannot be known, and when the room is not open here. */
        CompletionStage<Reply> catchUp(RoomId room);

        /** Tells the user's sessions on this node. */
        CompletionStage<Integer> notify(Event.Notified event);
    }

    private final ProductChannels channels;
    private final List<ProductSource> sources;
    private final Here node;
    private final Meter meter;
    private final EventKeys keys;
    private final Map<RoomId, ProductLine> lines = new ConcurrentHashMap<>();
    private final AtomicInteger onTheWay = new AtomicInteger();
    private final AtomicLong bytesOnTheWay = new AtomicLong();
    private final List<ProductChannels.Following> following = new ArrayList<>();

    public ProductFeed(
            ProductChannels channels, List<? extends ProductSource> sources, Here node, EventKeys keys, Meter meter) {
        this.channels = channels;
        this.sources = List.copyOf(sources);
        this.node = node;
        this.meter = meter;
        this.keys = keys;
    }

    /** From now on it hears. Once. */
    public void open() {
        for (ProductSource source : sources)
            for (String pattern : source.patterns())
                following.add(channels.followAll(pattern, (channel, payload) -> onMessage(source, channel, payload)));
    }

    @Override
    public void close() {
        following.forEach(ProductChannels.Following::stop);
        following.clear();
    }

    /** A relay whose rooms also hear the channels that are theirs alone, for as long as they are open. */
    public static RoomRelay hearing(RoomRelay inner, Supplier<ProductFeed> feed) {
        return (room, heard) -> {
            RoomRelay.Line line = inner.open(room, heard);
            List<ProductChannels.Following> own = feed.get().followChannelsOf(room);
            return own.isEmpty() ? line : new HearingLine(line, own);
        };
    }

    private List<ProductChannels.Following> followChannelsOf(RoomId room) {
        List<ProductChannels.Following> own = new ArrayList<>(0);
        for (ProductSource source : sources)
            for (String name : source.channelsOf(room))
                own.add(channels.follow(name, (channel, payload) -> onMessage(source, channel, payload)));
        return own;
    }

    // --- on the engine's thread

    private void onMessage(ProductSource source, String channel, byte[] payload) {
        Subject subject = source.subject(channel);
        if (subject == null) {
            count("unknown_channel");
            return;
        }
        if (payload.length > MAX_BYTES) {
            count("too_large");
            return;
        }
        if (!enter(payload)) {
            count("full");
            return;
        }
        Runnable leave = () -> leave(payload);
        switch (subject) {
            case Subject.OfRoom of ->
                node.whenOpen(of.room(), () -> onRoom(source, of.room(), channel, payload, leave), () -> {
                    leave.run();
                    count("not_here");
                });
            case Subject.OfUser of -> onUser(source, of.user(), channel, payload, leave);
        }
    }

    private boolean enter(byte[] payload) {
        onTheWay.incrementAndGet();
        if (bytesOnTheWay.addAndGet(payload.length) <= MAX_BYTES_ON_THE_WAY && onTheWay.get() <= MAX_ON_THE_WAY)
            return true;
        leave(payload);
        return false;
    }

    private void leave(byte[] payload) {
        onTheWay.decrementAndGet();
        bytesOnTheWay.addAndGet(-payload.length);
    }

    private void onUser(ProductSource source, UserId user, String channel, byte[] payload, Runnable leave) {
        if (isOurs(channel, payload, leave)) return;
        CompletionStage<Meaning> meaning;
        try {
            meaning = source.ofUser(user, payload);
        } catch (RuntimeException e) {
            meaning = CompletableFuture.failedStage(e);
        }
        var _ = meaning.whenComplete((meant, failure) -> {
            leave.run();
            if (meant == null) onFailure(failure);
            else if (meant instanceof Meaning.Notified notified) notify(notified);
            else count(meant instanceof Meaning.Nothing nothing ? nothing.why() : "malformed");
        });
    }

    private boolean isOurs(String channel, byte[] payload, Runnable leave) {
        if (!keys.isOurs(channel, payload)) return false;
        leave.run();
        count("ours");
        return true;
    }

    // --- on the room's loop

    private void onRoom(ProductSource source, RoomId room, String channel, byte[] payload, Runnable leave) {
        if (keys.wasExpected(channel, payload)) {
            leave.run();
            count("ours");
            return;
        }
        Meaning meaning;
        try {
            meaning = source.ofRoom(room, payload, keys.key(channel, payload));
        } catch (RuntimeException e) {
            leave.run();
            onFailure(e);
            return;
        }
        if (meaning instanceof Meaning.Told told) {
            lines.computeIfAbsent(room, _ -> new ProductLine(node, meter, () -> lines.remove(room)))
                    .add(told, () -> keys.isOurs(channel, payload), keys.isSpeaking(), leave);
            return;
        }
        leave.run();
        if (keys.isOurs(channel, payload)) {
            count("ours");
            return;
        }
        if (meaning instanceof Meaning.Notified notified) notify(notified);
        else if (meaning instanceof Meaning.Nothing nothing) count(nothing.why());
    }

    private void notify(Meaning.Notified notified) {
        node.notify(notified.event()).thenAccept(sessions -> count(sessions > 0 ? "told" : "not_here"));
    }

    private void onFailure(@Nullable Throwable failure) {
        meter.add(Metric.FAULTS, 1, "product");
        LOG.log(System.Logger.Level.ERROR, "what a product said was not understood", failure);
    }

    private void count(String outcome) {
        meter.add(Metric.PRODUCT_EVENTS, 1, outcome);
    }

    private record HearingLine(RoomRelay.Line inner, List<ProductChannels.Following> own) implements RoomRelay.Line {
        @Override
        public boolean isShared() {
            return inner.isShared();
        }

        @Override
        public void tell(Passed passed) {
            inner.tell(passed);
        }

        @Override
        public void ask() {
            inner.ask();
        }

        @Override
        public void close() {
            own.forEach(ProductChannels.Following::stop);
            inner.close();
        }
    }
}
