package earshot.server;

import earshot.core.Node;
import earshot.core.history.RoomLog;
import earshot.core.product.EventKeys;
import earshot.core.product.ProductFeed;
import earshot.core.product.ProductSource;
import earshot.core.product.ProductVoice;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.graphwiz.GraphwizChannels;
import earshot.dialect.threadkit.ThreadkitChannels;
import earshot.dialect.threadkit.ThreadkitEvents;
import earshot.dialect.threadkit.ThreadkitWords;
import earshot.server.config.InteropSettings;
import earshot.server.config.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What passes between this server and the product's own servers that share its Redis: their words are heard, and ours said where the operator wants it.
 * Without them every port is what it was. Confined to the thread that wires.
 */
final class ProductInterop {
    private final ServerConfig config;
    private final Meter meter;
    /** Null: the node is alone, or no dialect has channels. */
    private final @Nullable SharedRedis redis;

    private final Clock clock;
    private final EventKeys keys;
    private final @Nullable ProductVoice voice;

    ProductInterop(ServerConfig config, @Nullable SharedRedis redis, Clock clock, Meter meter) {
        this.config = config;
        this.meter = meter;
        this.clock = clock;
        this.redis = config.threadkit().enabled() || config.graphwiz().enabled() ? redis : null;
        this.keys = new EventKeys(clock);
        boolean speaks = config.threadkit().enabled() && InteropSettings.publishes(config);
        this.voice = this.redis == null || !speaks ? null : voice(this.redis);
    }

    private ProductVoice voice(SharedRedis shared) {
        var words = new ThreadkitWords(config.threadkit().dialect());
        return new ProductVoice(shared.channels(), words, keys, meter);
    }

    RoomLog log(RoomLog log) {
        return voice == null ? log : voice.over(log);
    }

    RoomRelay rooms(RoomRelay rooms) {
        return voice == null ? rooms : voice.over(rooms);
    }

    NodeRelay nodes(NodeRelay nodes) {
        return voice == null ? nodes : voice.over(nodes);
    }

    RoomAudience.Factory audiences(RoomAudience.Factory audiences) {
        return voice == null ? audiences : voice.over(audiences);
    }

    /** From now on the node hears what the product's servers publish. Returns how to end that. */
    Runnable hear(Node node, Realms realms, UserBook users, Supplier<String> ids) {
        if (redis == null) return () -> {};
        List<ProductSource> sources = new ArrayList<>();
        if (config.threadkit().enabled()) {
            var events = new ThreadkitEvents(config.threadkit().dialect());
            sources.add(new ThreadkitChannels(events, realms, users));
        }
        if (config.graphwiz().enabled())
            sources.add(new GraphwizChannels(config.graphwiz().channelPrefix(), realms, ids, clock));
        var feed = new ProductFeed(redis.channels(), sources, node.productSide(), keys, meter);
        feed.open();
        return feed::close;
    }
}
