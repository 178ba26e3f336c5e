package earshot.server;

import earshot.core.Node;
import earshot.core.history.RoomLog;
import earshot.core.product.EventKeys;
import earshot.core.product.ProductFeed;
import earshot.core.product.ProductVoice;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.threadkit.ThreadkitChannels;
import earshot.dialect.threadkit.ThreadkitEvents;
import earshot.dialect.threadkit.ThreadkitWords;
import earshot.server.config.InteropSettings;
import earshot.server.config.ServerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What passes between this server and the product's own servers that share its Redis: their words are heard, and ours said where the operator wants it.
 * Without them every port is what it was. Confined to the thread that wires.
 */
final class ProductInterop {
    private final ServerConfig config;
    private final Meter meter;
    private final @Nullable SharedRedis redis;
    private final EventKeys keys;
    private final @Nullable ProductVoice voice;

    ProductInterop(ServerConfig config, @Nullable SharedRedis redis, Clock clock, Meter meter) {
        this.config = config;
        this.meter = meter;
        this.redis = config.threadkit().enabled() ? redis : null;
        this.keys = new EventKeys(clock);
        this.voice = this.redis == null || !InteropSettings.publishes(config) ? null : voice(this.redis);
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
    Runnable hear(Node node, Realms realms, UserBook users) {
        if (redis == null) return () -> {};
        var events = new ThreadkitEvents(config.threadkit().dialect());
        var source = new ThreadkitChannels(events, realms, users);
        var feed = new ProductFeed(redis.channels(), List.of(source), node.productSide(), keys, meter);
        feed.open();
        return feed::close;
    }
}
