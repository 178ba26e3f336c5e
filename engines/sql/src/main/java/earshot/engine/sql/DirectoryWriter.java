package earshot.engine.sql;

import earshot.core.history.HistoryUnavailable;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.usage.UsageHour;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes the directory. Members who come and go within 100 ms leave no trace; at most {@value #MAX_MOVES} of them wait,
 * and what is over that is counted and not written: after a crash somebody then hears a join twice.
 */
final class DirectoryWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger(DirectoryWriter.class.getName());
    private static final int QUEUE = 10_000;
    private static final int BATCH = 1_000;
    private static final int MAX_MOVES = 100_000;
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Something to write, and how many rows it touched. */
    interface Write {
        int to(DirectoryWrites statements) throws SQLException;
    }

    /** @param profile null: left */
    record Move(@Nullable Profile profile, long joinedMillis) {}

    record Member(RoomId room, UserId user) {}

    private record Waiting(Write write, CompletableFuture<Integer> answer) {}

    private final Connection connection;
    private final DirectoryWrites statements;
    private final Meter meter;
    private final boolean visiting;
    private final Clock clock;
    private final UsageQueue usage;
    private final Duration hoursKept;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private Map<Member, Move> moves = new LinkedHashMap<>();
    /** Of the transaction that runs. */
    private final List<Map<UsageQueue.Key, UsageHour>> usageInFlight = new ArrayList<>();

    private long beatAt = System.nanoTime();
    /** When old usage was looked for last, in hours since 1970. */
    private long forgotAt;

    private boolean failing;
    private volatile boolean closing;

    DirectoryWriter(
            Connection connection, Clock clock, Meter meter, UsageQueue usage, Duration hoursKept, boolean visiting)
            throws SQLException {
        this.connection = connection;
        this.clock = clock;
        this.usage = usage;
        this.hoursKept = hoursKept;
        this.meter = meter;
        this.visiting = visiting;
        statements = new DirectoryWrites(connection, clock);
        if (!visiting) statements.beginRun();
        thread = Thread.ofPlatform().name("sqlite-directory").daemon().unstarted(this);
    }

    long runId() {
        return statements.run();
    }

    void start() {
        thread.start();
    }

    CompletableFuture<Integer> write(Write write) {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        if (closing || !queue.offer(new Waiting(write, answer)))
            answer.completeExceptionally(new HistoryUnavailable("too much waits for the directory"));
        return answer;
    }

    /** Now rather than with the next heartbeat. */
    CompletableFuture<Integer> writeUsage() {
        return write(statements -> {
            writeUsage(usage.take());
            return 1;
        });
    }

    void entered(RoomId room, Profile user, long joinedMillis) {
        move(new Member(room, user.user()), new Move(user, joinedMillis));
    }

    void left(RoomId room, UserId user) {
        move(new Member(room, user), new Move(null, 0));
    }

    private synchronized void move(Member member, Move move) {
        if (moves.size() >= MAX_MOVES && !moves.containsKey(member)) {
            meter.add(Metric.SQL_MEMBERS_DROPPED, 1);
            return;
        }
        // The last word counts; its place is where it was said last, so that leaving and coming stay in order.
        moves.remove(member);
        moves.put(member, move);
    }

    @Override
    public void run() {
        long gatheredAt = System.nanoTime();
        while (!closing || !queue.isEmpty()) {
            List<Waiting> batch = take(gatheredAt + GATHER_NANOS - System.nanoTime());
            Map<Member, Move> moved = Map.of();
            if (System.nanoTime() - gatheredAt >= GATHER_NANOS) {
                gatheredAt = System.nanoTime();
                moved = takeMoves();
            }
            store(batch, moved);
        }
        store(List.of(), takeMoves());
    }

    private List<Waiting> take(long nanos) {
        List<Waiting> batch = new ArrayList<>();
        try {
            Waiting first = queue.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            if (first == null) return batch;
            batch.add(first);
            queue.drainTo(batch, BATCH - 1);
        } catch (InterruptedException _) {
            closing = true;
        }
        return batch;
    }

    private synchronized Map<Member, Move> takeMoves() {
        if (moves.isEmpty()) return Map.of();
        Map<Member, Move> taken = moves;
        moves = new LinkedHashMap<>();
        return taken;
    }

    private void store(List<Waiting> batch, Map<Member, Move> moved) {
        boolean beats = !visiting && (closing || System.nanoTime() - beatAt > HEARTBEAT_NANOS);
        if (batch.isEmpty() && moved.isEmpty() && !beats) return;
        if (beats) beatAt = System.nanoTime();
        try {
            int[] touched = write(batch, moved, beats);
            usageInFlight.clear();
            for (int i = 0; i < touched.length; i++) batch.get(i).answer.complete(touched[i]);
            failing = false;
        } catch (SQLException | RuntimeException e) {
            onFailed(batch, moved, e);
        }
    }

    private int[] write(List<Waiting> batch, Map<Member, Move> moved, boolean beats) throws SQLException {
        SqliteFile.execute(connection, "BEGIN IMMEDIATE");
        int[] touched = new int[batch.size()];
        for (int i = 0; i < touched.length; i++) touched[i] = batch.get(i).write.to(statements);
        for (Map.Entry<Member, Move> move : moved.entrySet()) statements.move(move.getKey(), move.getValue());
        if (beats) {
            statements.beat();
            statements.resume().forgetOld();
            writeUsage(usage.take());
            forgetOldUsage();
        }
        SqliteFile.execute(connection, "COMMIT");
        return touched;
    }

    private void writeUsage(Map<UsageQueue.Key, UsageHour> taken) throws SQLException {
        usageInFlight.add(taken);
        for (Map.Entry<UsageQueue.Key, UsageHour> each : taken.entrySet())
            statements.usage().add(each.getKey().tenant(), each.getValue());
    }

    private void forgetOldUsage() throws SQLException {
        long hour = UsageHour.at(clock.millis());
        if (hour == forgotAt) return;
        forgotAt = hour;
        statements.usage().forget(Instant.ofEpochMilli(clock.millis()), hoursKept);
    }

    private void onFailed(List<Waiting> batch, Map<Member, Move> moved, Exception e) {
        if (!failing) LOG.log(System.Logger.Level.WARNING, "the directory cannot be written: " + Failure.of(e), e);
        failing = true;
        try {
            SqliteFile.execute(connection, "ROLLBACK");
        } catch (SQLException _) {
            // SQLite rolls some failures back itself.
        }
        statements.forget();
        usageInFlight.forEach(usage::giveBack);
        usageInFlight.clear();
        meter.add(Metric.SQL_MEMBERS_DROPPED, moved.size());
        HistoryUnavailable cause = new HistoryUnavailable("not written: " + Failure.of(e), e);
        for (Waiting waiting : batch) waiting.answer.completeExceptionally(cause);
    }

    /** Writes what waits; ends with a heartbeat, so that the time of leaving is exact. */
    void close() throws SQLException {
        closing = true;
        Uninterrupted.join(thread);
        for (Waiting rest = queue.poll(); rest != null; rest = queue.poll())
            rest.answer.completeExceptionally(new HistoryUnavailable("closed"));
        statements.close();
        connection.close();
    }
}
