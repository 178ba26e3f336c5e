package earshot.engine.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One channel, or one pattern of channels, that this node listens to, and who does. Messages are told on the connection's thread; the rest is confined to
 * the engine's thread.
 */
final class Channel {
    final String name;
    final boolean isPattern;
    /** Who awaits that the server has confirmed it. */
    private final List<CompletableFuture<Void>> awaiting = new ArrayList<>();
    /** Replaced, never changed. */
    private volatile Subscriber.Listener[] listeners = {};
    /** Where it is, or is asked to be, subscribed; null: nowhere. */
    @Nullable
    Ear ear;

    boolean confirmed;
    private boolean everConfirmed;
    /** Somebody gave up waiting for it. */
    private boolean late;
    /** When it may be dropped, while nobody listens. */
    long idleUntilNanos;

    Channel(String name, boolean isPattern) {
        this.name = name;
        this.isPattern = isPattern;
    }

    boolean isUsed() {
        return listeners.length > 0;
    }

    void add(Subscriber.Listener listener, CompletableFuture<Void> ready) {
        Subscriber.Listener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[listeners.length] = listener;
        listeners = more;
        if (confirmed) ready.complete(null);
        else awaiting.add(ready);
    }

    /** Who waited for too long was told. */
    void forgetDone() {
        if (awaiting.removeIf(CompletableFuture::isDone)) late = true;
    }

    void remove(Subscriber.Listener listener) {
        List<Subscriber.Listener> rest = new ArrayList<>(List.of(listeners));
        rest.remove(listener);
        listeners = rest.toArray(Subscriber.Listener[]::new);
    }

    /**
     * The server will tell from now on. Returns whether somebody believed that it did so already, or gave up waiting for it: what was published
     * since then was missed.
     */
    boolean confirm() {
        boolean again = everConfirmed || late;
        confirmed = true;
        everConfirmed = true;
        late = false;
        for (CompletableFuture<Void> ready : awaiting) ready.complete(null);
        awaiting.clear();
        return again;
    }

    void fail(RedisUnavailable failure) {
        for (CompletableFuture<Void> ready : awaiting) ready.completeExceptionally(failure);
        awaiting.clear();
    }

    /** On the connection's thread. */
    void tell(String channel, byte[] payload) {
        for (Subscriber.Listener listener : listeners) listener.onMessage(channel, payload);
    }

    void tellGap() {
        for (Subscriber.Listener listener : listeners) listener.onGap();
    }
}
