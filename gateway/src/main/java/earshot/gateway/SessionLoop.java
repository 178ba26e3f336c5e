package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.CloseReason;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.usage.LoopUsage;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRequest;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one loop, and what this loop says to sessions anywhere. Confined to its loop.
 *
 * <h2>A turn</h2>
 * While a turn runs, rooms and conversations only say things: each goes into one line per target loop, so that everything this loop says to one
 * session is heard in the order of saying. At the end of the turn each line is handed over as one task; the own line is received at once. Then
 * crowds speak what they were told ({@link CrowdLine}), a run per room and flavor, and last each session that was written to is flushed, once.
 */
final class SessionLoop {
    /** How often it is told what tenants used. */
    private static final long USAGE_NANOS = 1_000_000_000;
    /** What is said because of what was heard is still part of the turn, so many times. */
    private static final int ROUNDS = 8;

    private final Fanout fanout;
    private final NettyLoop loop;
    private final LoopEncoder encoder;
    private final SessionIndex sessions;
    private final Lines lines;
    private final CrowdLine crowds;
    private final List<Outgoing> dirty = new ArrayList<>();
    private final SlowReaders slow;
    private final HistoryReads historyReads = new HistoryReads();
    private final SharedBytes shared;
    private final SeveralRooms severalRooms = new SeveralRooms();
    private final TurnCounts counts;
    private @Nullable LoopUsage usage;
    private final Runnable endOfTurn = this::endTurn;
    private boolean armed;
    private final AwayNotice away;

    SessionLoop(Fanout fanout, NettyLoop loop, int loops) {
        this.fanout = fanout;
        this.loop = loop;
        this.encoder = new LoopEncoder(fanout.compression(), fanout.meter());
        this.shared = new SharedBytes(fanout.budget(), loop, fanout.clock());
        this.sessions = new SessionIndex(fanout.meter());
        this.crowds = new CrowdLine(fanout.meter());
        this.slow = new SlowReaders(fanout.budget(), fanout.meter());
        this.counts = new TurnCounts(fanout.languages(), fanout.meter());
        this.lines = new Lines(this, loops);
        this.away = new AwayNotice(this);
    }

    boolean isCurrent() {
        return loop.isCurrent();
    }

    NettyLoop loop() {
        return loop;
    }

    SessionLoop peer(int index) {
        return fanout.loop(index);
    }

    Domain domain() {
        return fanout.domain();
    }

    SessionLimits limits() {
        return fanout.limits();
    }

    ByteBudget budget() {
        return fanout.budget();
    }

    Meter meter() {
        return fanout.meter();
    }

    Clock clock() {
        return fanout.clock();
    }

    LoopEncoder encoder() {
        return encoder;
    }

    Language language(String dialect) {
        return fanout.language(dialect);
    }

    // Sessions

    /**
     * Begins a session; on the link's loop, right after the upgrade was answered. What the conversation says is written at the end of the turn.
     *
     * @param reservation the place that was held at the handshake; null: none
     */
    ClientSession open(
            Link link, Dialect dialect, Entrant entrant, HttpRequest request, Node.@Nullable Reservation reservation) {
        assert isCurrent();
        Language language = language(dialect.name());
        var session = new Session(
                domain().nextSessionId(),
                loop,
                dialect.name(),
                entrant.tenant(),
                entrant.user(),
                entrant.permissions(),
                clock().millis(),
                request.remote(),
                entrant.tokenId(),
                link.form().number);
        var client = new ClientSession(this, session, language, entrant, link);
        sessions.add(client);
        if (entrant.isIdentified()) client.isKnown();
        if (reservation != null) reservation.use(session);
        client.open();
        if (away.isAway()) client.onAway(true);
        return client;
    }

    /** It may still have seats that its rooms have to take back. */
    void ended(ClientSession client, CloseReason reason) {
        sessions.ended(client, reason);
        lookAtShared();
    }

    AwayNotice away() {
        return away;
    }

    SessionIndex sessions() {
        return sessions;
    }

    // A turn

    Lines lines() {
        return lines;
    }

    /** Puts it into the line to a loop. */
    void say(int target, Lines.Word word) {
        assert isCurrent();
        lines.add(target, word);
        arm();
    }

    void sayHere(Lines.Word word) {
        say(loop.index(), word);
    }

    /** A room has begun a run. */
    void opened(RoomFanout room) {
        lines.opened(room);
    }

    /** Nothing is left to be said, spoken or flushed. */
    boolean isQuiet() {
        return !armed;
    }

    private void arm() {
        if (armed) return;
        armed = true;
        loop.atEndOfTurn(endOfTurn);
    }

    private void endTurn() {
        try {
            for (int i = 0; i < ROUNDS && !lines.areEmpty(); i++) lines.handOver();
            crowds.speak();
            flush();
            shared.settle();
            slow.relieve();
            if (usage != null) usage.endTurn();
            counts.report();
        } catch (Throwable e) {
            Faults.contain(e, meter(), "turn");
        }
        armed = false;
        if (!lines.areEmpty() || !crowds.isEmpty() || !dirty.isEmpty() || shared.isUnsettled()) goOnNextTurn();
    }

    private void flush() {
        for (int i = 0; i < dirty.size(); i++) dirty.get(i).flush();
        dirty.clear();
    }

    /** Not at the end of this turn once more: sockets and tasks get their turn first. */
    private void goOnNextTurn() {
        armed = true;
        loop.post(() -> loop.atEndOfTurn(endOfTurn));
    }

    /** Whether what is said now is already in its place in the line. */
    boolean isReceiving() {
        return lines.isReceiving();
    }

    void soon(Runnable task) {
        loop.post(task);
    }

    void hasToSpeak(Crowd crowd) {
        if (crowds.add(crowd)) arm();
    }

    boolean isSpeaking() {
        return !crowds.isEmpty();
    }

    void hasWritten(Outgoing to) {
        if (to.dirty) return;
        to.dirty = true;
        dirty.add(to);
        arm();
    }

    // Slow readers

    void lags(Lagging session) {
        slow.add(session);
        arm();
    }

    /** Its socket has not taken everything that was flushed. */
    void isBehind(Unsent session) {
        slow.add(session);
        arm();
    }

    HistoryReads historyReads() {
        return historyReads;
    }

    SlowReaders slowReaders() {
        return slow;
    }

    /** Lets go of what everybody has been given, when their sockets have it. */
    void letGo(ByteBuf bytes) {
        shared.letGo(bytes);
        arm();
    }

    /** Lets go, at the end of the turn, of everything that all sockets have. */
    void lookAtShared() {
        shared.someoneLeft();
        arm();
    }

    SeveralRooms severalRooms() {
        return severalRooms;
    }

    // Counting

    void received(Language language, int bytes) {
        counts.received(language, bytes);
        arm();
    }

    void delivered(Language language, long frames, long bytes) {
        counts.delivered(language, frames, bytes);
        arm();
    }

    TurnCounts counts() {
        return counts;
    }

    /** What sessions here do, by tenant; null: nobody wants to know. */
    @Nullable
    LoopUsage usage() {
        return usage;
    }

    void count(LoopUsage by) {
        assert isCurrent();
        usage = by;
        tickLater(by);
    }

    private void tickLater(LoopUsage of) {
        loop.deadlines().at(clock().nanos() + USAGE_NANOS, () -> {
            tickLater(of);
            of.tick();
        });
    }
}
