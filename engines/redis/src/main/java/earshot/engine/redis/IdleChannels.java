package earshot.engine.redis;

import earshot.core.time.Clock;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Channels that nobody listens to any more, each until its time has come: who returns soon finds it subscribed. Confined to the engine's thread. */
final class IdleChannels {
    private final Turns turns;
    private final Clock clock;
    private final Consumer<Channel> drop;
    private final TreeSet<Channel> byTime = new TreeSet<>(Comparator.<Channel>comparingLong(c -> c.idleUntilNanos)
            .thenComparing(c -> c.isPattern)
            .thenComparing(c -> c.name));
    private @Nullable Long wakeNanos;

    IdleChannels(Turns turns, Clock clock, Consumer<Channel> drop) {
        this.turns = turns;
        this.clock = clock;
        this.drop = drop;
    }

    void add(Channel channel, long lingerNanos) {
        byTime.remove(channel);
        channel.idleUntilNanos = clock.nanos() + lingerNanos;
        byTime.add(channel);
        wakeFor(channel.idleUntilNanos);
    }

    void remove(Channel channel) {
        byTime.remove(channel);
    }

    private void wakeFor(long atNanos) {
        if (wakeNanos != null && wakeNanos <= atNanos) return;
        wakeNanos = atNanos;
        turns.later(Math.max(0, atNanos - clock.nanos()), () -> dropDue(atNanos));
    }

    private void dropDue(long wokenFor) {
        if (wakeNanos != null && wakeNanos == wokenFor) wakeNanos = null;
        long now = clock.nanos();
        while (!byTime.isEmpty() && byTime.first().idleUntilNanos - now <= 0) drop.accept(byTime.pollFirst());
        if (!byTime.isEmpty()) wakeFor(byTime.first().idleUntilNanos);
    }
}
