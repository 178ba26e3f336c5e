package earshot.dialect.kaiku;

import earshot.core.limit.FixedWindow;
import earshot.core.limit.TokenBucket;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How fast one client may talk. One for each conversation. */
final class InboundRate {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final KaikuConfig.Rates rates;
    private final TokenBucket events;
    private final @Nullable FixedWindow typing;
    private int refused;

    enum Verdict {
        TAKE,
        /** Say so: it is the first after some that were taken. */
        REFUSE,
        DROP,
        CUT
    }

    InboundRate(KaikuConfig.Rates rates, long nowNanos) {
        this.rates = rates;
        this.events = new TokenBucket(rates.perSecond(), Math.max(1, rates.burst()), nowNanos);
        this.typing = rates.typingPerMinute() == 0 ? null : new FixedWindow(rates.typingPerMinute(), MINUTE_NANOS);
    }

    Verdict take(long nowNanos) {
        if (events.tryTake(nowNanos)) {
            refused = 0;
            return Verdict.TAKE;
        }
        refused++;
        if (refused >= rates.refusals()) return Verdict.CUT;
        return refused == 1 ? Verdict.REFUSE : Verdict.DROP;
    }

    /** What is too much is dropped without a word. */
    boolean takeTyping(long nowNanos) {
        return typing == null || typing.tryTake(nowNanos);
    }

    void freeze(DataOutput out, long nowNanos) throws IOException {
        out.writeDouble(events.tokens(nowNanos));
        out.writeInt(refused);
        out.writeInt(typing == null ? 0 : typing.count());
        out.writeLong(typing == null ? 0 : typing.ageNanos(nowNanos));
    }

    static InboundRate thaw(KaikuConfig.Rates rates, DataInput in, long nowNanos) throws IOException {
        var rate = new InboundRate(rates, nowNanos);
        rate.events.restore(in.readDouble(), nowNanos);
        rate.refused = in.readInt();
        int typed = in.readInt();
        long age = in.readLong();
        if (rate.typing != null && typed > 0) rate.typing.restore(typed, age, nowNanos);
        return rate;
    }
}
