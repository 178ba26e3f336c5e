package earshot.server;

import earshot.core.Everywhere;
import earshot.core.Node;
import earshot.core.history.MessageBook;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.message.Command;
import earshot.core.message.RoomId;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Meeting;
import earshot.core.room.Meetings;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.telemetry.CustomNumbers;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Clock;
import earshot.core.time.TimeUuid;
import earshot.core.usage.UsageReport;
import earshot.core.usage.UsageRollup;
import earshot.core.voice.Voice;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.graphwiz.GraphwizDialect;
import earshot.dialect.graphwiz.Worlds;
import earshot.dialect.summit.SummitDialect;
import earshot.dialect.threadkit.ThreadkitDialect;
import earshot.dialect.threadkit.ThreadkitEvents;
import earshot.dialect.waddle.WaddleDialect;
import earshot.engine.prometheus.PrometheusPage;
import earshot.gateway.ByteBudget;
import earshot.gateway.EngineRelay;
import earshot.gateway.Fanout;
import earshot.gateway.Gateway;
import earshot.gateway.NettyLoops;
import earshot.gateway.tls.Tls;
import earshot.server.api.ApiGuard;
import earshot.server.api.ApiKeys;
import earshot.server.api.ApiSubjects;
import earshot.server.api.Scope;
import earshot.server.api.ServerApi;
import earshot.server.authorization.CallOut;
import earshot.server.config.LimitSettings;
import earshot.server.config.Profile;
import earshot.server.config.ServerConfig;
import earshot.server.page.Demo;
import earshot.server.page.DemoBackEnd;
import earshot.server.page.PageFiles;
import earshot.server.status.MetricsPage;
import earshot.server.status.PerformanceReport;
import earshot.server.status.StatusPages;
import earshot.server.watch.WatchDialect;
import earshot.server.watch.WatchDoor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts together, top to bottom, with plain {@code new}. A new dialect is a few more lines in {@link SpokenDialects}, a new engine a few in
 * {@link Storage}. Confined to the thread that wires.
 */
final class Wiring {
    private static final int MEETINGS_AT_ONCE = 1000;

    private final ServerConfig config;
    private final Clock clock = Clock.SYSTEM;
    private final MemoryMeter meter = new MemoryMeter();
    private final CustomNumbers numbers = new CustomNumbers(clock);
    private final OpenParts open;

    private final TimeUuid ids =
            new TimeUuid(clock, () -> ThreadLocalRandom.current().nextLong());
    private final LateRealms realms = new LateRealms();
    private final @Nullable Tls tls;
    private final long incarnation = new SecureRandom().nextLong();
    private final @Nullable SharedRedis redis;
    private final Storage storage;
    private final NettyLoops loops;
    private final LateConnections connections = new LateConnections();
    private final VoiceParts voices;
    private final SpokenDialects spoken;
    private final Map<String, Dialect> dialects;
    private final Meetings meetings;
    private final ApiGuard guard;
    private final Fanout fanout;
    private final Node node;
    private final @Nullable UsageReport usage;
    private final Everywhere everywhere;
    private final @Nullable RedisPulse pulse;
    private final ProductInterop interop;
    private final @Nullable Demo demo;
    private final Gateway gateway;

    private Wiring(ServerConfig config, ApiKeys keys, OpenParts open) {
        this.config = config;
        this.open = open;
        tls = GatewaySettings.tls(config.tls(), clock, meter);
        if (tls != null) open.add(tls::close);
        redis = config.redis().isOn() ? SharedRedis.join(config, incarnation, clock, meter, open) : null;
        storage = redis == null
                ? Storage.of(config.history(), config.statistics().hoursKept(), clock, meter, open)
                : redis.storage(open);
        loops = new NettyLoops(loopCount(), true, config.limits().loopQueue(), clock, meter);
        open.add(() -> loops.stop().toCompletableFuture().join());
        voices = new VoiceParts(config.voice(), incarnation, redis, loops, connections, clock, meter, open);
        spoken = new SpokenDialects(
                config,
                redis == null ? null : redis.sites(),
                storage.users(),
                realms,
                ids::nextText,
                clock,
                meter,
                open);
        spoken.addSummit(config, realms, ids::nextText, this::isDraining, callOut(), storage, meter);
        guard = new ApiGuard(keys, config.api(), clock, meter);
        spoken.addGraphwiz(config, incarnation, loops, realms, ids::nextText, this::mayNotSeeStatistics, meter);
        dialects = spoken.byName();
        meetings = new Meetings(declaredMeetings(), rules());
        realms.are(meetings);
        List<Dialect> all = new ArrayList<>(dialects.values());
        all.addAll(SpokenDialects.fixtures(config));
        all.add(new WatchDialect(new WatchDoor(guard, meetings, dialects.keySet())));
        fanout = new Fanout(
                loops,
                all,
                config.limits().sessions(),
                new ByteBudget(budgetBytes(), meter),
                GatewaySettings.compression(config),
                clock,
                meter);
        connections.are(fanout);
        interop = new ProductInterop(config, redis, clock, meter);
        node = makeNode();
        everywhere = new Everywhere(node, interop.nodes(redis == null ? NodeRelay.NONE : redis.nodes()));
        voices.answer(everywhere);
        pulse = redis == null
                ? null
                : RedisPulse.begin(redis.link()::ping, config.redis().grace(), loops.loop(0), clock, fanout::tellAway);
        fanout.attach(node);
        GraphwizDialect graphwiz = spoken.graphwiz();
        if (graphwiz != null) attach(graphwiz.worlds());
        open.add(interop.hear(node, meetings, storage.users(), ids::nextText));
        usage = countUsage();
        meetings.whenLearned(everywhere::sendBack);
        knowMeetings(new RoomId(RoomId.MEETING, "", "\u0001"));
        demo = DemoPeople.arePossible(config) ? DemoPeople.of(config, clock) : null;
        var parts = new Gateway.Parts(loops, clock, meter, all, routes())
                .with(tls)
                .of(place(), redis == null ? EngineRelay.NONE : redis.polls());
        gateway = new Gateway(GatewaySettings.of(config), parts, node, fanout);
    }

    /** Throws what a part throws that cannot be made; nothing is left open then. */
    static Wiring of(ServerConfig config, ApiKeys keys) {
        OpenParts open = new OpenParts();
        try {
            return new Wiring(config, keys, open);
        } catch (RuntimeException | Error e) {
            open.close();
            throw e;
        }
    }

    Gateway gateway() {
        return gateway;
    }

    Voice voice() {
        return voices.voice();
    }

    @Nullable
    Tls tls() {
        return tls;
    }

    @Nullable
    Demo demo() {
        return demo;
    }

    /** Ends what was opened: nothing may use a part after it. */
    void close() {
        open.close();
    }

    /** What the ids of sessions say of where they live: where others reach this node, or nothing that they could reach. */
    private long place() {
        String advertised = config.redis().advertise();
        return advertised.isEmpty() ? incarnation : PollRelay.place(advertised);
    }

    private int loopCount() {
        int wanted = config.network().loops();
        return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
    }

    private List<Meeting> declaredMeetings() {
        return config.meetings().stream()
                .map(m -> new Meeting(m.rooms(), m.dialects()))
                .toList();
    }

    /** Rooms of meetings that the log knows: dialects that name rooms by UUID find them after a restart before anybody has met there by name. */
    private void knowMeetings(RoomId after) {
        var _ = storage.book().rooms(after, MEETINGS_AT_ONCE).thenAccept(page -> {
            List<RoomId> met = page.stream()
                    .map(MessageBook.RoomSummary::room)
                    .filter(r -> r.realm().equals(RoomId.MEETING))
                    .toList();
            met.forEach(meetings::know);
            if (met.size() == MEETINGS_AT_ONCE) knowMeetings(met.getLast());
        });
    }

    private Map<String, RoomRules> rules() {
        return dialects.values().stream().collect(Collectors.toMap(Dialect::name, Dialect::rules));
    }

    private Gatekeeper gatekeeper() {
        Map<String, Gatekeeper> policies = new HashMap<>();
        dialects.forEach((name, dialect) -> policies.put(name, dialect.gatekeeper()));
        return WatchDialect.letIn(new RealmGatekeeper(meetings, policies));
    }

    /** The JVM allows as much outside its heap as inside, unless told otherwise; half of it is for clients. */
    private long budgetBytes() {
        long given = config.limits().budgetBytes();
        return given > 0 ? given : Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 2);
    }

    private Node makeNode() {
        LimitSettings limits = config.limits();
        return new Node(new Node.Parts(
                incarnation,
                loops,
                clock,
                meetings,
                gatekeeper(),
                interop.log(storage.log()),
                storage.book(),
                redis == null ? new MemoryPresenceBoard() : redis.board(),
                interop.rooms(redis == null ? RoomRelay.NONE : redis.rooms()),
                storage.members(),
                audiences(),
                fanout,
                meter,
                new Node.NodeLimits(limits.roomsPerSession(), limits.appendsInFlight(), limits.waitingPerMember())));
    }

    private RoomAudience.Factory audiences() {
        RoomAudience.Factory audiences = interop.audiences(redis == null ? fanout : redis.mirrored(fanout));
        GraphwizDialect graphwiz = spoken.graphwiz();
        return graphwiz == null ? audiences : graphwiz.worlds().over(audiences);
    }

    private void attach(Worlds worlds) {
        worlds.attach(
                (event, to) -> {
                    var _ = node.serve(new Command.Relay(event.room(), event, to), null);
                },
                fanout::close);
    }

    private @Nullable HttpResponse mayNotSeeStatistics(HttpRequest request) {
        return config.api().publicStatus() ? null : guard.refusal(request, Scope.STATS_READ);
    }

    /** Null: nobody wants to know. */
    private @Nullable UsageReport countUsage() {
        if (!config.statistics().enabled()) return null;
        Storage.UsageStore store = storage.usage();
        fanout.count(store.hours());
        open.add(fanout::tellUsage);
        var rollup = new UsageRollup(store.hours(), store.archive(), store.lookBack(), clock);
        RollupSchedule.begin(rollup, loops.loop(0), clock);
        return new UsageReport(
                store.hours(), store.archive(), config.statistics().hoursKept(), clock);
    }

    /** Null: nobody else is asked. */
    private @Nullable CallOut callOut() {
        if (!config.summit().enabled()) return null;
        return config.summit()
                .authorization()
                .map(a -> {
                    var made = new CallOut(a.url(), a.secret().orElse(null), a.within(), clock, meter);
                    open.add(made::close);
                    return made;
                })
                .orElse(null);
    }

    private List<HttpRoute> routes() {
        List<HttpRoute> all = new ArrayList<>();
        all.addAll(ServerApi.of(subjects(), guard, config.api().maxBodyBytes(), meter)
                .routes());
        all.addAll(statusPages().routes());
        if (demo != null) all.addAll(demoBackEnd(demo).routes());
        all.addAll(new PageFiles(demo != null).routes());
        return all;
    }

    private DemoBackEnd demoBackEnd(Demo of) {
        return new DemoBackEnd(
                of,
                spoken.verifier(ThreadkitDialect.NAME),
                spoken.verifier(WaddleDialect.NAME),
                spoken.verifier(SummitDialect.NAME),
                node,
                meetings,
                ids::nextText);
    }

    private ApiSubjects subjects() {
        return new ApiSubjects(
                node,
                everywhere,
                meetings,
                Set.copyOf(dialects.keySet()),
                storage.log(),
                storage.book(),
                storage.users(),
                new ThreadkitEvents(config.threadkit().dialect()),
                usage,
                numbers,
                ids::nextText,
                clock);
    }

    private StatusPages statusPages() {
        var metrics = new MetricsPage(new PrometheusPage(meter, numbers, Version.number()));
        open.add(metrics::close);
        GraphwizDialect graphwiz = spoken.graphwiz();
        return new StatusPages(new StatusPages.Parts(
                node,
                meter,
                this::isReady,
                this::isDraining,
                () -> new StatusPages.DatabaseHealth(storage.healthy().getAsBoolean(), storage.kind(), durability()),
                this::redisHealth,
                metrics,
                guard,
                clock,
                config.nodeId(),
                config.profile() == Profile.USUAL ? "" : config.profile().word(),
                config.threadkit().dialect().messagesPerSecond() > 0,
                config.api().publicStatus(),
                dialects.keySet().equals(Set.of(ThreadkitDialect.NAME)),
                graphwiz == null ? null : new PerformanceReport(graphwiz, meter, clock),
                dialects.keySet().equals(Set.of(GraphwizDialect.NAME))));
    }

    private StatusPages.@Nullable RedisHealth redisHealth() {
        return pulse == null || redis == null ? null : pulse.health(redis.living());
    }

    private String durability() {
        if (redis != null) return "redis";
        return config.history().data().isEmpty()
                ? "memory"
                : config.history().durability().word();
    }

    private boolean isReady() {
        return gateway.isReady() && (pulse == null || !pulse.isLongAway());
    }

    private boolean isDraining() {
        return gateway.isDraining();
    }

    Duration drainTimeout() {
        return config.drainTimeout();
    }
}
