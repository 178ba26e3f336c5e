package earshot.engine.redis;

import earshot.core.records.RecordCache;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.usage.Sketch;
import earshot.core.usage.Tenant;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageHour;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Usage of all nodes, in the shape that seed 000 gives it: a counter of messages, a HyperLogLog of users and a sorted set of connections (member =
 * minute, score = count, so that two minutes with equal counts are two) for each tenant and hour. Thread-safe.
 *
 * <p>Nodes add up: INCRBY, PFADD, ZINCRBY. Changes leave with whatever else the next flush takes, and renew their key's time to live, so that no
 * key is for ever. What Redis certainly did not do, because it is away, waits and is said again; what it may have done is not repeated, and told
 * in {@link Metric#USAGE_LOST}.
 */
public final class RedisUsageBook implements UsageBook {
    /** Users of one PFADD. */
    private static final int USERS_AT_ONCE = 1000;
    /** What happened at the end of an hour may be told a little later. */
    private static final Duration SETTLED = Duration.ofMinutes(5);
    /** Settled hours are remembered, so that many who look at the same plot do not all read it; a dense one has 16 KB. */
    private static final RecordCache.Terms REMEMBERED =
            new RecordCache.Terms(1000, Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofMinutes(10));

    /** Commands that wait for Redis to be back; more are lost. */
    private static final int MAX_HELD = 20_000;

    private static final long AGAIN_NANOS = 2_000_000_000;

    /** @param at an hour or a day, since 1970 */
    private record Place(Tenant tenant, long at) {}

    private record Write(String command, String key, Object... args) {}

    private final Batcher batcher;
    private final UsageKeys keys;
    private final long keepSeconds;
    private final Clock clock;
    private final Meter meter;
    private final RecordCache<Place, UsageHour> settledHours;
    private final RecordCache<Place, Place> settledDays;
    /** What was renewed in {@link #keptMinute}: times to live, and who is listed. */
    private final Set<String> kept = new HashSet<>();

    private long keptMinute;
    private final ArrayDeque<Write> held = new ArrayDeque<>();
    private long heldNanos;

    /** @param kept how long hours are kept */
    public RedisUsageBook(RedisLink link, Duration kept, Clock clock, Meter meter) {
        this.batcher = link.batcher();
        this.keys = new UsageKeys(link.settings().prefix());
        this.keepSeconds = kept.toSeconds();
        this.clock = clock;
        this.meter = meter;
        this.settledHours = new RecordCache<>(REMEMBERED, this::hour, clock, Meter.NONE);
        this.settledDays = new RecordCache<>(REMEMBERED, this::day, clock, Meter.NONE);
    }

    @Override
    public void add(List<UsageChange> happened) {
        for (Write again : ripe()) write(again);
        for (UsageChange change : happened) {
            list(change.tenant(), change.hour() / 24);
            add(change);
        }
    }

    private void add(UsageChange change) {
        Tenant tenant = change.tenant();
        if (change.messages() > 0) {
            String key = keys.messages(tenant, change.hour());
            write("INCRBY", key, change.messages());
            keep(key);
        }
        List<String> users = change.users();
        for (int from = 0; from < users.size(); from += USERS_AT_ONCE) {
            String key = keys.users(tenant, change.hour());
            write(
                    "PFADD",
                    key,
                    users.subList(from, Math.min(users.size(), from + USERS_AT_ONCE))
                            .toArray());
            keep(key);
        }
        change.connections().forEach((minute, count) -> {
            String key = keys.connections(tenant, change.hour());
            write("ZINCRBY", key, count, Integer.toString(minute));
            keep(key);
        });
    }

    private void list(Tenant tenant, long day) {
        String key = keys.tenants(day);
        if (!isDue(key + " " + UsageKeys.member(tenant))) return;
        write("SADD", key, UsageKeys.member(tenant));
        keep(key);
    }

    private void keep(String key) {
        if (isDue(key)) write("EXPIRE", key, keepSeconds);
    }

    /** Once a minute and node: a Redis that lost its data knows it again soon. */
    private synchronized boolean isDue(String key) {
        long minute = clock.millis() / 60_000;
        if (minute != keptMinute) {
            keptMinute = minute;
            kept.clear();
        }
        return kept.add(key);
    }

    private void write(String command, String key, Object... args) {
        write(new Write(command, key, args));
    }

    private void write(Write write) {
        var _ = batcher.command(write.command(), write.key(), write.args()).whenComplete((_, failure) -> {
            if (failure != null) onFailure(write, failure);
        });
    }

    private synchronized void onFailure(Write write, Throwable failure) {
        heldNanos = clock.nanos();
        if (failure instanceof RedisUnavailable away && away.notDone() && held.size() < MAX_HELD) held.add(write);
        else meter.add(Metric.USAGE_LOST, 1, "unwritten");
    }

    /** What may be said again now. */
    private synchronized List<Write> ripe() {
        if (held.isEmpty() || clock.nanos() - heldNanos < AGAIN_NANOS) return List.of();
        List<Write> again = List.copyOf(held);
        held.clear();
        return again;
    }

    @Override
    public CompletionStage<List<UsageHour>> hours(Tenant tenant, long from, long to) {
        CompletionStage<List<UsageHour>> read = CompletableFuture.completedStage(new ArrayList<>());
        for (long begin = from; begin < to; ) {
            long first = begin;
            long after = Math.min(to, Math.floorDiv(begin, 24L) * 24 + 24);
            read = read.thenCompose(before -> listed(tenant, first / 24)
                    .thenCompose(is -> is ? some(tenant, first, after, before) : done(before)));
            begin = after;
        }
        return read;
    }

    private static CompletionStage<List<UsageHour>> done(List<UsageHour> hours) {
        return CompletableFuture.completedStage(hours);
    }

    /** Whether it used anything on that day: most of what can be asked for is not there, and costs no more than this. */
    private CompletionStage<Boolean> listed(Tenant tenant, long day) {
        Place place = new Place(tenant, day);
        return (isSettled(day * 24 + 23) ? settledDays.find(place) : day(place)).thenApply(Optional::isPresent);
    }

    private CompletionStage<Optional<Place>> day(Place day) {
        return batcher.command("SISMEMBER", keys.tenants(day.at()), UsageKeys.member(day.tenant()))
                .thenApply(reply -> reply.number(0) == 1 ? Optional.of(day) : Optional.empty());
    }

    /** The hours of one day, together. */
    private CompletionStage<List<UsageHour>> some(Tenant tenant, long from, long to, List<UsageHour> before) {
        CompletionStage<List<UsageHour>> all = done(before);
        for (long at = from; at < to; at++) {
            Place place = new Place(tenant, at);
            CompletionStage<Optional<UsageHour>> hour = isSettled(at) ? settledHours.find(place) : hour(place);
            all = all.thenCombine(hour, (list, next) -> {
                next.ifPresent(list::add);
                return list;
            });
        }
        return all;
    }

    /** Nobody adds to it any more, but for nodes that could not reach Redis meanwhile. */
    private boolean isSettled(long hour) {
        return UsageHour.at(clock.millis() - SETTLED.toMillis()) > hour;
    }

    private CompletionStage<Optional<UsageHour>> hour(Place place) {
        Tenant tenant = place.tenant();
        long hour = place.at();
        CompletionStage<Long> messages =
                batcher.get(keys.messages(tenant, hour)).thenApply(found -> found == null ? 0L : number(found));
        CompletionStage<Sketch> users = batcher.get(keys.users(tenant, hour))
                .thenApply(found -> found == null ? new Sketch() : Sketch.of(found));
        CompletionStage<SortedMap<Integer, Integer>> connections = batcher.command(
                        "ZRANGE", keys.connections(tenant, hour), 0, -1, "WITHSCORES")
                .thenApply(RedisUsageBook::counts);
        return messages.thenCombine(users, (count, who) -> new UsageHour(hour, count, who, new TreeMap<>()))
                .thenCombine(
                        connections,
                        (known, counts) -> Optional.of(new UsageHour(hour, known.messages(), known.users(), counts))
                                .filter(RedisUsageBook::isUsed));
    }

    private static boolean isUsed(UsageHour hour) {
        return hour.messages() > 0
                || !hour.users().isEmpty()
                || !hour.connections().isEmpty();
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    /** Pairs of minute and count; what others put there that is none is passed over. */
    private static SortedMap<Integer, Integer> counts(Reply pairs) {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            try {
                int minute = Integer.parseInt(pairs.text(i));
                if (minute >= 0 && minute < UsageHour.MINUTES)
                    counts.put(minute, (int) Double.parseDouble(pairs.text(i + 1)));
            } catch (NumberFormatException e) {
                // not one of ours
            }
        }
        return counts;
    }

    @Override
    public CompletionStage<List<Tenant>> tenants(long day) {
        return batcher.members(keys.tenants(day))
                .thenApply(members -> members.stream()
                        .map(member -> new String(member, StandardCharsets.UTF_8))
                        .filter(member -> member.indexOf('/') > 0)
                        .map(UsageKeys::tenant)
                        .sorted()
                        .toList());
    }
}
