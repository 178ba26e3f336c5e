package earshot.core.product;

/**
 * Port: channels on which a product's own servers publish what happened (DECISIONS 22). Thread-safe; never blocks. Every node hears every message, in
 * the order of its channel, unless the connection was lost meanwhile: then what was said in between is gone.
 */
public interface ProductChannels {
    /**
     * Hears all channels whose names fit from now on.
     *
     * @param pattern as Redis' PSUBSCRIBE takes it: {@code threadkit:page:*:events}
     */
    Following followAll(String pattern, Listener listener);

    /** Hears one channel from now on. */
    Following follow(String channel, Listener listener);

    /** Tells everybody who hears the channel, this node included. Lost when the engine is away. */
    void publish(String channel, byte[] payload);

    /** On the engine's thread; must not block or throw. Nobody may change the bytes. */
    interface Listener {
        void onMessage(String channel, byte[] payload);
    }

    interface Following {
        void stop();
    }
}
