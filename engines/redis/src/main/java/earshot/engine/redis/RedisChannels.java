package earshot.engine.redis;

import earshot.core.product.ProductChannels;

/**
 * Channels of other programs, which publish on them with PUBLISH. All by PSUBSCRIBE: on a cluster such a message reaches every node, but not who listens to
 * shard channels. Thread-safe.
 */
public final class RedisChannels implements ProductChannels {
    private final RedisLink link;

    public RedisChannels(RedisLink link) {
        this.link = link;
    }

    @Override
    public Following followAll(String pattern, Listener listener) {
        return link.subscriber().subscribePattern(pattern, new Heard(listener))::close;
    }

    @Override
    public Following follow(String channel, Listener listener) {
        return followAll(literally(channel), listener);
    }

    @Override
    public void publish(String channel, byte[] payload) {
        var _ = link.batcher().publishToAll(channel, payload);
    }

    /** As a pattern that only this name fits (redis.io, PSUBSCRIBE). */
    private static String literally(String channel) {
        return channel.replaceAll("[\\\\*?\\[\\]]", "\\\\$0");
    }

    /** What was said while nobody heard is gone, and the subscriber has counted that it was so. */
    private record Heard(Listener listener) implements Subscriber.Listener {
        @Override
        public void onMessage(String channel, byte[] payload) {
            listener.onMessage(channel, payload);
        }

        @Override
        public void onGap() {}
    }
}
