package earshot.core.memory;

import earshot.core.product.ProductChannels;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Channels in this process. Thread-safe; listeners are told by who publishes, under a lock, so that all hear in one order. */
public final class MemoryChannels implements ProductChannels {
    private record Heard(Predicate<String> names, Listener listener) {}

    private final List<Heard> all = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void publish(String channel, byte[] payload) {
        for (Heard heard : all) if (heard.names.test(channel)) heard.listener.onMessage(channel, payload);
    }

    @Override
    public Following followAll(String pattern, Listener listener) {
        return add(new Heard(Pattern.compile(regex(pattern)).asMatchPredicate(), listener));
    }

    @Override
    public Following follow(String channel, Listener listener) {
        return add(new Heard(channel::equals, listener));
    }

    private Following add(Heard heard) {
        all.add(heard);
        return () -> all.remove(heard);
    }

    /** Of Redis' globs only the star. */
    private static String regex(String pattern) {
        return "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E";
    }
}
