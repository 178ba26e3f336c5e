package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.room.RoomAudience;
import earshot.core.session.Connections;
import earshot.core.session.Gathering;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.usage.LoopUsage;
import earshot.core.usage.UsageBook;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ways from rooms to sessions, and the sessions of all loops. Give it to the node as its audiences and connections, then {@link #attach}
 * the node, then let the gateway open sessions. Thread-safe as the ports demand.
 */
public final class Fanout implements RoomAudience.Factory, Connections {
    private final SessionLimits limits;
    private final ByteBudget budget;
    private final GatewayConfig.Compression compression;
    private final Clock clock;
    private final Meter meter;
    private final List<Language> languages = new ArrayList<>();
    private final Map<String, Language> byName = new HashMap<>();
    private final List<SessionLoop> loops = new ArrayList<>();
    private volatile @Nullable Domain domain;

    public Fanout(
            NettyLoops loops,
            List<Dialect> dialects,
            SessionLimits limits,
            ByteBudget budget,
            Clock clock,
            Meter meter) {
        this(loops, dialects, limits, budget, GatewayConfig.Compression.OFF, clock, meter);
    }

    /** @param compression for clients that the gateway negotiated it with: its configuration must be the same */
    public Fanout(
            NettyLoops loops,
            List<Dialect> dialects,
            SessionLimits limits,
            ByteBudget budget,
            GatewayConfig.Compression compression,
            Clock clock,
            Meter meter) {
        this.limits = limits;
        this.budget = budget;
        this.compression = compression;
        this.clock = clock;
        this.meter = meter;
        for (Dialect dialect : dialects) {
            var language = new Language(languages.size(), dialect);
            languages.add(language);
            byName.put(dialect.name(), language);
        }
        for (int i = 0; i < loops.count(); i++) {
            this.loops.add(new SessionLoop(this, loops.loop(i), loops.count()));
        }
    }

    /** Once, before the first session. */
    public void attach(Node node) {
        attach(Domain.of(node));
    }

    /** Once, before the first session: from now on what sessions do is counted for their tenants. */
    public void count(UsageBook book) {
        for (SessionLoop each : loops) each.loop().post(() -> each.count(new LoopUsage(book, clock, meter)));
    }

    /** Any thread but a loop: tells the book what it was not told yet. Waits for the loops, for two seconds at most. */
    public void tellUsage() {
        var told = new CountDownLatch(loops.size());
        for (SessionLoop each : loops) {
            each.loop().post(() -> {
                LoopUsage usage = each.usage();
                if (usage != null) usage.tell();
                told.countDown();
            });
        }
        try {
            var _ = told.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Any thread. Tells every session that what nodes share is away, or back; whoever begins while it is away is told so, too. */
    public void tellAway(boolean away) {
        for (SessionLoop each : loops) each.loop().post(() -> each.away().tell(away));
    }

    void attach(Domain served) {
        domain = served;
    }

    Domain domain() {
        Domain attached = domain;
        if (attached == null) throw new IllegalStateException("node: none attached yet");
        return attached;
    }

    SessionLoop loop(int index) {
        return loops.get(index);
    }

    /** See {@link SessionOpener#open}. */
    LinkListener begin(
            NettyLoop loop,
            Link link,
            Dialect dialect,
            Entrant entrant,
            HttpRequest request,
            Node.@Nullable Reservation reservation) {
        return loop(loop.index()).open(link, dialect, entrant, request, reservation);
    }

    SessionLimits limits() {
        return limits;
    }

    ByteBudget budget() {
        return budget;
    }

    GatewayConfig.Compression compression() {
        return compression;
    }

    Meter meter() {
        return meter;
    }

    Clock clock() {
        return clock;
    }

    List<Language> languages() {
        return languages;
    }

    Language language(String dialect) {
        Language language = byName.get(dialect);
        if (language == null) throw new IllegalArgumentException("dialect: " + dialect + " (expected: one that is on)");
        return language;
    }

    @Override
    public RoomAudience open(RoomId room) {
        return new RoomFanout(room, here(), loops.size());
    }

    private SessionLoop here() {
        NettyLoop current = LoopThread.currentLoop();
        if (current == null) throw new IllegalStateException("not on a loop");
        return loops.get(current.index());
    }

    @Override
    public void reply(Session to, Tag tag, Reply reply) {
        say(to, at -> at.sessions().withSession(to.id(), client -> client.onReply(tag, reply)));
    }

    @Override
    public void tell(Session to, Event event) {
        say(to, at -> at.sessions().withSession(to.id(), client -> client.tell(event)));
    }

    @Override
    public void close(Session session, CloseReason reason) {
        say(session, at -> at.sessions().withSession(session.id(), client -> client.end(reason)));
    }

    @Override
    public void emit(Session to, Gathering gathering) {
        say(to, at -> at.sessions().withSession(to.id(), client -> client.onEmitted(gathering)));
    }

    private void say(Session to, Lines.Word word) {
        NettyLoop current = LoopThread.currentLoop();
        int home = to.home().index();
        if (current != null) loops.get(current.index()).say(home, word);
        else loops.get(home).loop().post(() -> loops.get(home).sayHere(word));
    }
}
