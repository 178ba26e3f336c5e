package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Problem;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.usage.LoopUsage;
import earshot.dialect.Admission;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRequest;
import earshot.dialect.Inbox;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one loop, and what this loop says to sessions anywhere. Confined to its loop.
 *
 * <h2>A turn</h2>
 * While a turn runs, rooms and conversations only say things: each goes into one line per target loop, so that everything this loop says to one
 * session is heard in the order of saying. At the end of the turn each line is handed over as one task; the own line is received at once. Then
 * crowds speak what they were told, a run per room and flavor, and last each session that was written to is flushed, once. A fan-out that takes
 * longer than {@link #SPEAK_NANOS} goes on in the next turn; other crowds go first then.
 */
final class SessionLoop {
    private static final long SPEAK_NANOS = 1_000_000;
    /** How long all crowds together may speak in one turn. */
    private static final long ALL_SPEAK_NANOS = 2 * SPEAK_NANOS;
    /** How often it is told what tenants used. */
    private static final long USAGE_NANOS = 1_000_000_000;
    /** What is said because of what was heard is still part of the turn, so many times. */
    private static final int ROUNDS = 8;
    /** Sessions cut in one turn for the budget's sake. */
    private static final int RELIEFS = 16;

    private final Fanout fanout;
    private final NettyLoop loop;
    private final LoopEncoder encoder;
    private final Map<SessionId, ClientSession> sessions = new HashMap<>();
    private final Map<UserId, ClientSession> byUser = new HashMap<>();
    private final List<List<Word>> lines = new ArrayList<>();
    private List<RoomFanout> open = new ArrayList<>();
    private final ArrayDeque<Crowd> speaking = new ArrayDeque<>();
    private final List<ClientSession> dirty = new ArrayList<>();
    private final List<ClientSession> lagging = new ArrayList<>();
    private final List<ClientSession> behind = new ArrayList<>();
    private final SharedBytes shared;
    private @Nullable LoopUsage usage;
    private final long[] received;
    private final long[] delivered;
    private final Runnable endOfTurn = this::endTurn;
    private boolean said;
    private boolean armed;
    private boolean receiving;

    /** Something that one loop says, received on another (or the same) in the order of saying. */
    @FunctionalInterface
    interface Word {
        void arrive(SessionLoop at);
    }

    SessionLoop(Fanout fanout, NettyLoop loop, int loops, int languages) {
        this.fanout = fanout;
        this.loop = loop;
        this.encoder = new LoopEncoder(fanout.compression(), fanout.meter());
        this.shared = new SharedBytes(fanout.budget(), loop, fanout.clock());
        this.received = new long[languages];
        this.delivered = new long[languages];
        for (int i = 0; i < loops; i++) lines.add(new ArrayList<>());
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
            Link link,
            Dialect dialect,
            Admission.Accepted accepted,
            HttpRequest request,
            Node.@Nullable Reservation reservation) {
        assert isCurrent();
        Language language = language(dialect.name());
        var session = new Session(
                domain().nextSessionId(),
                loop,
                dialect.name(),
                accepted.tenant(),
                accepted.user(),
                accepted.permissions(),
                clock().millis(),
                request.remote(),
                accepted.tokenId(),
                link.form().number);
        var client = new ClientSession(this, session, language, accepted, link);
        domain().connected(session);
        enlist(client);
        if (reservation != null) reservation.use(session);
        client.open();
        return client;
    }

    private void enlist(ClientSession client) {
        sessions.put(client.session().id(), client);
        client.isCounted(usage);
        UserId user = client.user();
        if (user != null) client.nextOfUser = byUser.put(user, client);
        String tenant = client.session().tenant();
        meter().add(Metric.CONNECTIONS_TOTAL, 1, client.language().name(), tenant);
        meter().move(Metric.CONNECTIONS_ACTIVE, 1, client.language().name(), tenant);
    }

    /** The session is over; it may still have seats that its rooms have to take back. */
    void ended(ClientSession client, CloseReason reason) {
        lookAtShared();
        UserId user = client.user();
        if (user != null) byUser.computeIfPresent(user, (_, first) -> without(first, client));
        client.isCountedNoMore(usage);
        meter().add(Metric.CLOSES, 1, client.language().name(), reason.name().toLowerCase(Locale.ROOT));
        meter().move(
                        Metric.CONNECTIONS_ACTIVE,
                        -1,
                        client.language().name(),
                        client.session().tenant());
    }

    private static @Nullable ClientSession without(ClientSession first, ClientSession gone) {
        if (first == gone) return first.nextOfUser;
        for (ClientSession s = first; s != null; s = s.nextOfUser) {
            if (s.nextOfUser == gone) s.nextOfUser = gone.nextOfUser;
        }
        return first;
    }

    void forget(ClientSession client) {
        sessions.remove(client.session().id(), client);
    }

    void withSession(SessionId id, Consumer<ClientSession> to) {
        ClientSession client = sessions.get(id);
        if (client != null) to.accept(client);
    }

    void withUser(UserId user, Consumer<ClientSession> to) {
        ClientSession client = byUser.get(user);
        while (client != null) {
            ClientSession next = client.nextOfUser;
            to.accept(client);
            client = next;
        }
    }

    // A turn

    /** Puts it into the line to a loop. */
    void say(int target, Word word) {
        assert isCurrent();
        lines.get(target).add(word);
        said = true;
        arm();
    }

    void sayHere(Word word) {
        say(loop.index(), word);
    }

    /** A room has begun a run. */
    void opened(RoomFanout room) {
        open.add(room);
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
            for (int i = 0; i < ROUNDS && said; i++) handOver();
            speak();
            flush();
            shared.settle();
            relieve();
            report();
        } catch (Throwable e) {
            Faults.contain(e, meter(), "turn");
        }
        armed = false;
        if (said || !speaking.isEmpty() || !dirty.isEmpty() || shared.isUnsettled()) goOnNextTurn();
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

    private void handOver() {
        said = false;
        for (RoomFanout room : open) room.seal();
        open.clear();
        for (int target = 0; target < lines.size(); target++) {
            List<Word> words = lines.get(target);
            if (words.isEmpty()) continue;
            lines.set(target, new ArrayList<>());
            SessionLoop to = peer(target);
            if (to == this) receive(words);
            else to.loop.post(() -> to.receive(words));
        }
    }

    /** Takes what another loop, or this one, said in one turn. */
    void receive(List<Word> words) {
        assert isCurrent();
        receiving = true;
        for (int i = 0; i < words.size(); i++) {
            try {
                words.get(i).arrive(this);
            } catch (Throwable e) {
                Faults.contain(e, meter(), "receive");
            }
        }
        receiving = false;
    }

    /** Whether what is said now is already in its place in the line. */
    boolean isReceiving() {
        return receiving;
    }

    void soon(Runnable task) {
        loop.post(task);
    }

    void hasToSpeak(Crowd crowd) {
        if (crowd.inLine) return;
        crowd.inLine = true;
        speaking.add(crowd);
        arm();
    }

    boolean isSpeaking() {
        return !speaking.isEmpty();
    }

    private void speak() {
        if (speaking.isEmpty()) return;
        long start = System.nanoTime();
        long deadline = start + SPEAK_NANOS;
        for (int left = speaking.size(); left > 0; left--) {
            Crowd crowd = speaking.remove();
            if (speak(crowd, deadline)) crowd.inLine = false;
            else speaking.add(crowd);
            if (speaking.isEmpty()) return;
            long now = System.nanoTime();
            if (now - start > ALL_SPEAK_NANOS) return;
            deadline = now + SPEAK_NANOS;
        }
    }

    private boolean speak(Crowd crowd, long deadline) {
        try {
            return crowd.speak(deadline);
        } catch (Throwable e) {
            Faults.contain(e, meter(), "speak");
            return false;
        }
    }

    void hasWritten(ClientSession client) {
        if (client.dirty) return;
        client.dirty = true;
        dirty.add(client);
        arm();
    }

    // Slow readers

    void lags(ClientSession client, Backlog backlog) {
        backlog.index = lagging.size();
        lagging.add(client);
        meter().move(Metric.LAGGING, 1);
        arm();
    }

    void lagsNoMore(Backlog backlog) {
        ClientSession last = lagging.removeLast();
        if (backlog.index < lagging.size()) {
            lagging.set(backlog.index, last);
            Backlog moved = last.backlog();
            if (moved != null) moved.index = backlog.index;
        }
        meter().move(Metric.LAGGING, -1);
    }

    /** Its socket has not taken everything that was flushed. */
    void isBehind(ClientSession client, Unsent unsent) {
        unsent.index = behind.size();
        behind.add(client);
        arm();
    }

    void isBehindNoMore(Unsent unsent) {
        unsent.is(0, clock().nanos());
        ClientSession last = behind.removeLast();
        if (unsent.index == behind.size()) return;
        behind.set(unsent.index, last);
        Unsent moved = last.unsent();
        if (moved != null) moved.index = unsent.index;
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

    /** Near the node's budget those go first who hold the most. */
    private void relieve() {
        for (int i = 0; i < RELIEFS && budget().isNear(); i++) {
            ClientSession fattest = fattest(behind, fattest(lagging, null));
            if (fattest == null) return;
            fattest.end(CloseReason.OVER_BUDGET);
        }
    }

    private static @Nullable ClientSession fattest(List<ClientSession> of, @Nullable ClientSession than) {
        ClientSession fattest = than;
        for (ClientSession client : of) {
            if (fattest == null || client.heldBytes() > fattest.heldBytes()) fattest = client;
        }
        return fattest;
    }

    // Counting

    void received(Language language) {
        received[language.index]++;
        arm();
    }

    void delivered(Language language, long frames) {
        delivered[language.index] += frames;
        arm();
    }

    void rejected(Language language, Inbox.Rejected why) {
        switch (why) {
            case NOT_UNDERSTOOD -> meter().add(Metric.BAD_MESSAGES, 1, language.name());
            case RATE_LIMITED -> meter().add(Metric.RATE_LIMITED, 1, language.name());
            case TOO_MANY_ROOMS -> meter().add(Metric.REFUSALS, 1, Problem.TOO_MANY_ROOMS.code());
            case IGNORED -> {}
        }
    }

    void spareDropped(Run run, int from, int to) {
        int dropped = 0;
        for (int i = from; i < to; i++) if (run.event(i).lane() == Lane.SPARE) dropped++;
        if (dropped > 0) meter().add(Metric.DROPS, dropped, "spare", "slow");
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

    private void report() {
        if (usage != null) usage.endTurn();
        for (Language language : fanout.languages()) {
            int i = language.index;
            if (received[i] > 0) meter().add(Metric.MESSAGES_RECEIVED, received[i], language.name());
            if (delivered[i] > 0) meter().add(Metric.DELIVERIES, delivered[i], language.name());
            received[i] = 0;
            delivered[i] = 0;
        }
    }

    // What other loops' rooms say to sessions here

    void tell(SessionId to, Event event) {
        withSession(to, client -> client.tell(event));
    }
}
