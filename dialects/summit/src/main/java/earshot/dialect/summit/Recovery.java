package earshot.dialect.summit;

import earshot.core.history.RoomLog;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.session.ResumeBook;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client that comes back may go on where it was, and from which place in each of its rooms (docs/decisions/0015). Thread-safe.
 *
 * <h2>What is known</h2>
 * The client hands back the place of the kept event that it heard last. Of that event's room it is the exact place. A client in several rooms was told
 * with that event how far it had heard the others by then; a room that it says nothing of had told nothing since it was joined, and that place is in the
 * record.
 *
 * <p>Not so for a client whose messages are packed, and for rooms beyond the sixteenth: of these only the place of joining is known, and when,
 * about, the last event was said. What such a room's log has behind that place was heard when it is clearly older than that, and missed when it is
 * clearly newer. Where that cannot be told apart, or a log does not reach back, the client begins anew: it is never told to have been recovered when
 * something may be missing, or come twice.
 */
final class Recovery {
    /** How often a record is renewed while its connection lives. */
    static final long RENEW_MILLIS = 60_000;

    /** An entry may be told so much later than it was dated: its append waited. */
    private static final long LATE_MILLIS = 30_000;
    /** And two clocks may differ so much, and two loops. */
    private static final long EARLY_MILLIS = 5_000;

    private static final int READ = 1000;

    private final ResumeBook book;
    private final RoomLog log;
    private final SummitConfig.Recovery terms;
    private final Meter meter;

    Recovery(ResumeBook book, RoomLog log, SummitConfig.Recovery terms, Meter meter) {
        this.book = book;
        this.log = log;
        this.terms = terms;
        this.meter = meter;
    }

    // ---- writing down

    void open(Lost now, String pid, long owner) {
        if (!pid.isEmpty()) book.open(keyOf(pid), owner, now.toBytes(), whileAlive());
    }

    void renew(Lost now, String pid, long owner) {
        if (!pid.isEmpty()) book.renew(keyOf(pid), owner, now.toBytes(), whileAlive());
    }

    /** The connection is lost: from now on the time counts. */
    void lost(Lost now, String pid, long owner) {
        if (!pid.isEmpty()) book.renew(keyOf(pid), owner, now.toBytes(), terms.within());
    }

    void forget(String pid, long owner) {
        if (!pid.isEmpty()) book.forget(keyOf(pid), owner);
    }

    /** A crash says nothing: the record then lasts a little longer than it should. */
    private Duration whileAlive() {
        return terms.within().plusMillis(2 * RENEW_MILLIS);
    }

    /** A secret is not written down. */
    private static String keyOf(String pid) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(pid.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    // ---- coming back

    /**
     * @param after where each room is to be resumed, in the order of the record's places
     * @param heard what the client said that it heard last
     */
    record Plan(Lost lost, List<Position> after, String heard) {}

    /** Empty: begin anew. Never fails. */
    CompletionStage<Optional<Plan>> plan(String pid, String offset, Identity who, String namespace) {
        Offset heard = Offset.parse(offset, namespace);
        if (heard == null) return refused("offset");
        return book.take(keyOf(pid))
                .thenCompose(record -> plan(record.orElse(null), heard, who, namespace))
                .exceptionallyCompose(_ -> refused("failed"));
    }

    private CompletionStage<Optional<Plan>> plan(
            byte @Nullable [] record, Offset heard, Identity who, String namespace) {
        if (record == null) return refused("unknown");
        Lost lost = read(record);
        if (lost == null || !lost.isOf(who, namespace)) return refused("other_user");
        if (!isWritten(heard, lost)) return refused("rooms");
        CompletionStage<List<Position>> all = CompletableFuture.completedStage(new ArrayList<>());
        for (Lost.Place place : lost.places())
            all = all.thenCompose(found -> after(place, heard, lost).thenApply(position -> {
                position.ifPresent(found::add);
                return found;
            }));
        return all.thenCompose(found -> {
            if (found.size() < lost.places().size()) return refused("doubt");
            meter.add(Metric.RECOVERIES, 1, "recovered");
            return CompletableFuture.completedStage(Optional.of(new Plan(lost, List.copyOf(found), heard.toString())));
        });
    }

    /** Whether the record has all rooms that were heard, and tells them apart: what was not written down any more would be lost without a word. */
    private static boolean isWritten(Offset heard, Lost lost) {
        Set<Long> written = new HashSet<>();
        for (Lost.Place place : lost.places()) if (!written.add(Offset.keyOf(place.room()))) return false;
        if (!written.containsAll(heard.others().keySet())) return false;
        return heard.room() == 0 || written.isEmpty() || written.contains(heard.room());
    }

    private CompletionStage<Optional<Plan>> refused(String why) {
        meter.add(Metric.RECOVERIES, 1, why);
        return CompletableFuture.completedStage(Optional.empty());
    }

    private static @Nullable Lost read(byte[] record) {
        try {
            return Lost.fromBytes(record);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    // ---- one room

    private CompletionStage<Optional<Position>> after(Lost.Place place, Offset heard, Lost lost) {
        RoomId room = place.room();
        if (place.heard().equals(Position.START)) return CompletableFuture.completedStage(Optional.empty());
        if (heard.toString().equals(lost.resumedAt())) return reached(room, place.from());
        if (heard.isOf(room)) return reached(room, heard.at());
        Position told = heard.in(room);
        // From before it was left and joined again, when it is not.
        if (told != null && !place.heard().isAfter(told)) return reached(room, told);
        boolean silent = told != null || (lost.exact() && !heard.more());
        return log.read(room, place.heard(), READ)
                .thenApply(slice -> silent
                        ? nothingHeard(slice, place.heard(), heard.millis())
                        : after(slice, place.heard(), heard.millis()));
    }

    /** Nothing since it was joined; what is far older than what was heard would have been told before: then the record is of another time. */
    private static Optional<Position> nothingHeard(RoomLog.Slice slice, Position joined, long lastMillis) {
        boolean late =
                !slice.entries().isEmpty() && slice.entries().getFirst().timestampMillis() < lastMillis - LATE_MILLIS;
        return slice.reached() && !late ? Optional.of(joined) : Optional.empty();
    }

    private CompletionStage<Optional<Position>> reached(RoomId room, Position at) {
        if (at.equals(Position.START)) return CompletableFuture.completedStage(Optional.empty());
        return log.read(room, at, 1).thenApply(slice -> slice.reached() ? Optional.of(at) : Optional.empty());
    }

    /** The last that was heard, where what was heard and what was missed can be told apart. */
    private static Optional<Position> after(RoomLog.Slice slice, Position surely, long lastMillis) {
        Position heard = surely;
        boolean missing = false;
        for (KeptEvent entry : slice.entries()) {
            if (entry.timestampMillis() < lastMillis - LATE_MILLIS) {
                if (missing) return Optional.empty();
                heard = entry.position();
            } else if (entry.timestampMillis() > lastMillis + EARLY_MILLIS) {
                missing = true;
            } else {
                return Optional.empty();
            }
        }
        boolean whole = slice.entries().isEmpty()
                ? slice.top().equals(surely)
                : slice.entries().getLast().position().equals(slice.top());
        return slice.reached() && whole ? Optional.of(heard) : Optional.empty();
    }
}
