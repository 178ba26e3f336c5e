package earshot.engine.sql;

import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one group commit does, and what the writer knows by heart from one to the next. Confined to the writer.
 *
 * <p>Posts are gathered and inserted many at a time; that a message id is taken shows as a failed INSERT, so that nobody pays for looking it
 * up before. Everything else first inserts what was gathered, so that it sees it. Places are given at the insertion, dense.
 */
final class Transaction implements AutoCloseable {
    private static final int COUNT_EVERY_NANOS = 1_000_000_000;

    private record KeyInRoom(RoomId room, RecentKeys.Key key) {}

    private final Generation generation;
    private final Connection connection;
    private final Witness witness;
    private final PreparedStatement newest;
    private final Clock clock;
    private final BelievedTime believed;
    private final Interned interned;
    private final EntryTable entries;
    private final RoomTable roomTable;
    private final Trimmer trimmer;
    private final HistoryReads reads;

    private final Map<RoomId, RoomState> rooms = new HashMap<>();
    private final Set<RoomState> uncounted = new LinkedHashSet<>();
    private final Set<Integer> overdue = new LinkedHashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Work.Append> gathered = new ArrayList<>();
    private final Set<KeyInRoom> gatheredKeys = new LinkedHashSet<>();
    private long countedAt;
    private long rows;
    /** The number of the newest row of the last commit. */
    private long known = Long.MAX_VALUE;

    private boolean trimmed;
    private boolean sumsAreStale;
    private boolean historyWentBack;

    Transaction(Connection connection, Generation generation, Witness witness, Clock clock, BelievedTime believed)
            throws SQLException {
        this.believed = believed;
        this.connection = connection;
        this.witness = witness;
        this.generation = generation;
        this.clock = clock;
        countedAt = clock.nanos();
        interned = new Interned(connection);
        entries = new EntryTable(connection, interned);
        roomTable = new RoomTable(connection);
        trimmer = new Trimmer(connection);
        reads = new HistoryReads(connection);
        newest = connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM entry");
        sumsAreStale = true;
    }

    /** Told by the writer when the time has come, and cleared by it. */
    List<Outcome> outcomes() {
        return outcomes;
    }

    /** Entries of this transaction. */
    long rows() {
        return rows;
    }

    boolean hasOverdue() {
        return !overdue.isEmpty();
    }

    void begin() throws SQLException {
        SqliteFile.execute(connection, "BEGIN IMMEDIATE");
        rows = 0;
        if (sumsAreStale) roomTable.countTheRest();
        if (historyWentBack) generation.advance(connection);
    }

    /** Writes something that nobody reads: a transaction without a write says nothing about the disk. */
    void prove() throws SQLException {
        Generation.write(connection, "proven", Long.toString(clock.millis()));
    }

    void take(Work work) throws SQLException {
        switch (work) {
            case Work.Append append -> append(append);
            case Work.Open open -> open(open);
            case Work.Release release -> release(release.room());
            case Work.Settle settle -> {
                insertGathered();
                count();
                outcomes.add(new Outcome.Of<>(settle.answer(), true));
            }
            case Work.Trim trim -> overdue.add(trim.room());
        }
    }

    /** @param trims true: a slice of what is over the limits goes as well */
    void finish(boolean trims) throws SQLException {
        insertGathered();
        if (trims) trim();
        else if (clock.nanos() - countedAt > COUNT_EVERY_NANOS) count();
    }

    void commit() throws SQLException {
        long top = top();
        // When the newest row was trimmed the witness must not be ahead of the file, should we die in between.
        if (trimmed) witness.write(generation.epoch(), Math.min(top, known));
        // Said anew each time: a prepared COMMIT that failed once, as on a full disk, cannot be used again.
        SqliteFile.execute(connection, "COMMIT");
        sumsAreStale = false;
        historyWentBack = false;
        trimmed = false;
        known = top;
        witness.write(generation.epoch(), top);
    }

    private long top() throws SQLException {
        try (ResultSet row = newest.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The last of all: the file says everything that was answered. */
    void endClean() throws SQLException {
        begin();
        count();
        Generation.endClean(connection);
        commit();
    }

    /**
     * Forgets what is known by heart: the file knows better.
     *
     * @param told true: callers took for stored what is lost now
     */
    void rollBack(boolean told) {
        try {
            SqliteFile.execute(connection, "ROLLBACK");
        } catch (SQLException _) {
            // SQLite rolls some failures back itself; a COMMIT that failed for good leaves nothing to roll back.
        }
        gathered.clear();
        gatheredKeys.clear();
        rooms.clear();
        uncounted.clear();
        interned.forget();
        sumsAreStale = true;
        historyWentBack |= told;
    }

    private void open(Work.Open open) throws SQLException {
        insertGathered();
        RoomState room = room(open.room());
        roomTable.retain(room, open.retention());
        outcomes.add(new Outcome.Of<>(open.answer(), new Position(generation.epoch(), room.offset)));
    }

    private void release(RoomId room) throws SQLException {
        insertGathered();
        RoomState known = rooms.get(room);
        if (known == null) return;
        if (uncounted.contains(known)) count();
        rooms.remove(room);
    }

    private void append(Work.Append work) throws SQLException {
        RoomState room = room(work.draft().room());
        if (isRepeated(work, room)) return;
        if (!(work.draft().change() instanceof Change.Post)) {
            change(work, room);
            return;
        }
        gathered.add(work);
        if (gathered.size() == EntryTable.fitting(Integer.MAX_VALUE)) insertGathered();
    }

    private boolean isRepeated(Work.Append work, RoomState room) throws SQLException {
        Draft draft = work.draft();
        if (draft.idempotencyKey() == null) return false;
        RecentKeys.Key key = new RecentKeys.Key(draft.author().user(), draft.idempotencyKey());
        if (!gatheredKeys.add(new KeyInRoom(room.room, key))) insertGathered();
        Long place = room.keys.place(key, clock.nanos());
        if (place == null) return false;
        KeptEvent first = reads.entryAt(room.room, room.id, place);
        if (first == null) return false;
        outcomes.add(new Outcome.OfAppend(work, new Appended.Stored(first, true)));
        return true;
    }

    private void change(Work.Append work, RoomState room) throws SQLException {
        insertGathered();
        EntryTable.Said said = entries.said(room, work.draft().change().messageId());
        if (said == null || said.deleted()) {
            refuse(work, Problem.NOT_FOUND);
            return;
        }
        EntryTable.Row row = new EntryTable.Row(work, room, Place.of(generation.epoch(), room.offset + 1));
        entries.insert(List.of(row));
        onStored(row);
        room.bytes -= entries.change(room, said, work.draft());
        if (work.draft().change() instanceof Change.Delete) room.messages--;
    }

    private void insertGathered() throws SQLException {
        int done = 0;
        while (done < gathered.size()) {
            int count = EntryTable.fitting(gathered.size() - done);
            insert(gathered.subList(done, done + count));
            done += count;
        }
        gathered.clear();
        gatheredKeys.clear();
    }

    private void insert(List<Work.Append> works) throws SQLException {
        List<EntryTable.Row> placed = place(works);
        try {
            entries.insert(placed);
        } catch (SQLException e) {
            if (!Failure.isConstraint(e)) throw e;
            for (EntryTable.Row row : placed) row.room().offset--;
            insertSingly(works, e);
            return;
        }
        for (EntryTable.Row row : placed) onStored(row);
    }

    private List<EntryTable.Row> place(List<Work.Append> works) throws SQLException {
        List<EntryTable.Row> placed = new ArrayList<>(works.size());
        for (Work.Append work : works) {
            RoomState room = room(work.draft().room());
            placed.add(new EntryTable.Row(work, room, Place.of(generation.epoch(), ++room.offset)));
        }
        return placed;
    }

    /** One of them has an id that its room knows: who it is, is looked up. */
    private void insertSingly(List<Work.Append> works, SQLException cause) throws SQLException {
        boolean found = false;
        for (Work.Append work : works) {
            RoomState room = room(work.draft().room());
            if (entries.said(room, work.draft().change().messageId()) != null) {
                refuse(work, Problem.CONFLICT);
                found = true;
                continue;
            }
            EntryTable.Row row = new EntryTable.Row(work, room, Place.of(generation.epoch(), room.offset + 1));
            entries.insert(List.of(row));
            onStored(row);
        }
        if (!found) throw cause;
    }

    private void onStored(EntryTable.Row row) {
        Draft draft = row.draft();
        RoomState room = row.room();
        room.onStored(draft, row.place());
        uncounted.add(room);
        rows++;
        if (draft.idempotencyKey() != null) {
            RecentKeys.Key key = new RecentKeys.Key(draft.author().user(), draft.idempotencyKey());
            room.keys.remember(key, row.place(), clock.nanos());
        }
        KeptEvent entry = draft.at(Place.position(row.place()));
        outcomes.add(new Outcome.OfAppend(row.work(), new Appended.Stored(entry, false)));
    }

    private void refuse(Work.Append work, Problem problem) {
        outcomes.add(new Outcome.OfAppend(work, new Appended.NotStored(problem)));
    }

    private RoomState room(RoomId id) throws SQLException {
        RoomState known = rooms.get(id);
        if (known != null) return known;
        RoomState loaded = roomTable.load(id, generation.epoch(), clock);
        rooms.put(id, loaded);
        return loaded;
    }

    private void count() throws SQLException {
        countedAt = clock.nanos();
        if (uncounted.isEmpty()) return;
        roomTable.count(uncounted, generation.epoch());
        uncounted.clear();
    }

    private void trim() throws SQLException {
        count();
        int room = overdue.iterator().next();
        trimmed = true;
        if (!trimmer.trim(room, believed.millis())) overdue.remove(room);
        // The newest row may be gone, and its number be given again.
        roomTable.count(List.of(), generation.epoch());
    }

    @Override
    public void close() throws SQLException {
        for (AutoCloseable closable : List.of(entries, interned, roomTable, trimmer, reads, newest)) {
            try {
                closable.close();
            } catch (SQLException e) {
                throw e;
            } catch (Exception e) {
                throw new SQLException(e);
            }
        }
    }
}
