package earshot.core.usage;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one loop do, by tenant and hour. Confined to that loop, which calls {@link #endTurn} after every turn with messages and
 * {@link #tick} about once a second.
 *
 * <p>A message costs an addition; the clock is read once a turn, so that what is heard before the hour is out belongs to it, however late it is
 * told. Who stays over the hour is one of the new hour's users too ({@link #present}).
 */
public final class LoopUsage {
    /** Tenants of this loop; what the sessions of more do is lost, and counted. */
    static final int MAX_TENANTS = 10_000;

    private static final long MINUTE_MILLIS = 60_000;

    private final UsageBook book;
    private final Clock clock;
    private final Meter meter;
    private final Map<Tenant, TenantUsage> tenants = new HashMap<>();
    private final List<TenantUsage> inTurn = new ArrayList<>();
    private final List<TenantUsage> toTell = new ArrayList<>();
    private List<UsageChange> changes = new ArrayList<>();
    private long hour;
    private long minute;

    public LoopUsage(UsageBook book, Clock clock, Meter meter) {
        this.book = book;
        this.clock = clock;
        this.meter = meter;
        hour = UsageHour.at(clock.millis());
        minute = Math.floorDiv(clock.millis(), MINUTE_MILLIS);
    }

    /** The hour at the last tick, since 1970: a session that was {@link #present} in another one should be so again. */
    public int hour() {
        return (int) hour;
    }

    /** A session begins. Null: there are too many tenants, this one's usage is lost. */
    public @Nullable TenantUsage opened(Tenant tenant, @Nullable String user) {
        TenantUsage usage = tenants.get(tenant);
        if (usage == null) {
            if (tenants.size() >= MAX_TENANTS) {
                meter.add(Metric.USAGE_LOST, 1, "tenants");
                return null;
            }
            usage = new TenantUsage(tenant);
            tenants.put(tenant, usage);
        }
        usage.sessions++;
        if (user != null) present(usage, user);
        return usage;
    }

    public void closed(TenantUsage usage, @Nullable String user) {
        if (user != null) present(usage, user);
        usage.sessions--;
    }

    /** The user is connected in the hour that it is now. */
    public void present(TenantUsage usage, String user) {
        turn(usage, UsageHour.at(clock.millis()));
        if (usage.present(user)) list(usage);
    }

    /** A client said something that was understood. */
    public void message(TenantUsage usage) {
        if (usage.inTurn++ == 0) inTurn.add(usage);
    }

    /** Says in which hour the messages of this turn were heard. */
    public void endTurn() {
        if (inTurn.isEmpty()) return;
        long now = UsageHour.at(clock.millis());
        for (int i = 0; i < inTurn.size(); i++) {
            TenantUsage usage = inTurn.get(i);
            turn(usage, now);
            usage.messages(usage.inTurn);
            usage.inTurn = 0;
            list(usage);
        }
        inTurn.clear();
    }

    /** Looks at the clock, counts connections when a minute has begun, and tells the book what happened since. */
    public void tick() {
        long now = clock.millis();
        hour = UsageHour.at(now);
        long thisMinute = Math.floorDiv(now, MINUTE_MILLIS);
        if (thisMinute != minute) {
            minute = thisMinute;
            countConnections((int) Math.floorMod(thisMinute, 60L));
        }
        tell();
    }

    private void countConnections(int minuteOfHour) {
        tenants.values().removeIf(usage -> usage.isOver(hour));
        for (TenantUsage usage : tenants.values()) {
            if (usage.sessions == 0) continue;
            turn(usage, hour);
            usage.connections(minuteOfHour);
            list(usage);
        }
    }

    private void turn(TenantUsage usage, long now) {
        UsageChange rest = usage.turnTo(now);
        if (rest != null) changes.add(rest);
    }

    private void list(TenantUsage usage) {
        if (usage.listed) return;
        usage.listed = true;
        toTell.add(usage);
    }

    /** Tells what was not told yet, also before the end. */
    public void tell() {
        for (TenantUsage usage : toTell) {
            usage.listed = false;
            UsageChange change = usage.take();
            if (change != null) changes.add(change);
        }
        toTell.clear();
        if (changes.isEmpty()) return;
        List<UsageChange> told = List.copyOf(changes);
        changes = new ArrayList<>();
        book.add(told);
    }

    /** For tests: those that are held. */
    void forEachTenant(Consumer<Tenant> visitor) {
        tenants.keySet().forEach(visitor);
    }
}
