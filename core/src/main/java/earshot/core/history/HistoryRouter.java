package earshot.core.history;

import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Two engines as one: rooms whose {@link Retention} is durable are in the lasting engine, the others in the passing one. Thread-safe, as both
 * are. A room that was never opened here is looked for in the lasting one.
 */
public final class HistoryRouter implements RoomLog, MessageBook {
    private static final Comparator<RoomSummary> NAME_ORDER = Comparator.comparing(
            RoomSummary::room,
            Comparator.comparing(RoomId::realm).thenComparing(RoomId::tenant).thenComparing(RoomId::name));

    private static final int MAX_RELEASED = 10_000;

    /** One engine, through both of its ports. */
    public record Engine(RoomLog log, MessageBook book) {
        public static <E extends RoomLog & MessageBook> Engine of(E both) {
            return new Engine(both, both);
        }
    }

    private final Engine lasting;
    private final Engine passing;
    private final ConcurrentHashMap<RoomId, Engine> passingRooms = new ConcurrentHashMap<>();
    private final LinkedHashSet<RoomId> released = new LinkedHashSet<>();

    public HistoryRouter(Engine lasting, Engine passing) {
        this.lasting = lasting;
        this.passing = passing;
    }

    @Override
    public CompletionStage<Position> open(RoomId room, Retention retention) {
        use(room, retention.durable());
        return engine(room).log.open(room, retention);
    }

    @Override
    public CompletionStage<Appended> append(Draft draft) {
        return engine(draft.room()).log.append(draft);
    }

    @Override
    public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
        return engine(room).log.read(room, after, limit);
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        return engine(room).log.follow(room, follower);
    }

    /** Where the last {@value #MAX_RELEASED} passing rooms are stays known: their messages can still be asked for. */
    @Override
    public void release(RoomId room) {
        engine(room).log.release(room);
        if (passingRooms.containsKey(room)) forgetLater(room);
    }

    private synchronized void use(RoomId room, boolean durable) {
        released.remove(room);
        if (durable) passingRooms.remove(room);
        else passingRooms.put(room, passing);
    }

    private synchronized void forgetLater(RoomId room) {
        released.add(room);
        if (released.size() > MAX_RELEASED) passingRooms.remove(released.removeFirst());
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return engine(room).book.find(room, messageId);
    }

    @Override
    public CompletionStage<Page> page(RoomId room, Command.From from, int limit) {
        return engine(room).book.page(room, from, limit);
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return lasting.book
                .rooms(after, limit)
                .thenCombine(passing.book.rooms(after, limit), (some, others) -> merged(some, others, limit));
    }

    private static List<RoomSummary> merged(List<RoomSummary> some, List<RoomSummary> others, int limit) {
        List<RoomSummary> all = new ArrayList<>(some);
        all.addAll(others);
        all.sort(NAME_ORDER);
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }

    private Engine engine(RoomId room) {
        return passingRooms.getOrDefault(room, lasting);
    }
}
