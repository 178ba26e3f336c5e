package earshot.server;

import earshot.core.room.Realms;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.TokenVerifier;
import earshot.dialect.graphwiz.CustomHook;
import earshot.dialect.graphwiz.GraphwizDialect;
import earshot.dialect.summit.ProtocolFixture;
import earshot.dialect.summit.RoomAuthorizer;
import earshot.dialect.summit.SummitDialect;
import earshot.dialect.threadkit.Sites;
import earshot.dialect.threadkit.ThreadkitDialect;
import earshot.dialect.waddle.WaddleDialect;
import earshot.gateway.EngineEchoDialect;
import earshot.server.config.NetworkSettings;
import earshot.server.config.ServerConfig;
import earshot.server.config.TokenSettings;
import earshot.server.token.JwtVerifier;
import earshot.server.token.LiveKeyRing;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The dialects that are on, each with its keys. A new one is a few lines here. Confined to the thread that wires. */
final class SpokenDialects {
    private static final TokenVerifier NOBODY = _ -> new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.MALFORMED);

    private static final SecureRandom RANDOM = new SecureRandom();
    /** 20 url-safe characters. */
    private static final int SECRET_BYTES = 15;

    /** The last client is told to come back at this part of the drain, so that it is gone when the rest is cut. */
    private static final int LAST_SLOT = 2;
    /** And the first at this part of that. */
    private static final int FIRST_SLOT = 5;

    /** How long a graphwiz client that says nothing is waited for (protocols/graphwiz.md section 5). */
    private static final long SILENCE_MILLIS = 250;

    private static final System.Logger LOG = System.getLogger(SpokenDialects.class.getName());
    private static final String NAMED_ONLY =
            "graphwiz: somebody came in by user_id alone, without a token; not for production (graphwiz.require-auth)";

    private @Nullable GraphwizDialect graphwiz;
    private final Map<String, Dialect> byName = new LinkedHashMap<>();
    private final Map<String, TokenVerifier> verifiers = new HashMap<>();
    private final Clock clock;
    private final OpenParts open;

    /**
     * Throws {@link earshot.server.token.KeysUnusable}.
     *
     * @param shared the sites that the product keeps itself; null: it keeps none that we see
     */
    SpokenDialects(
            ServerConfig config,
            @Nullable Sites shared,
            UserBook users,
            Realms realms,
            Supplier<String> ids,
            Clock clock,
            Meter meter,
            OpenParts open) {
        this.clock = clock;
        this.open = open;
        if (config.threadkit().enabled()) {
            Sites configured = new ConfiguredSites(config.threadkit().sites());
            Sites sites = shared == null ? configured : new AllSites(configured, shared);
            TokenVerifier tokens =
                    keyed(ThreadkitDialect.NAME, config.threadkit().tokens());
            add(new ThreadkitDialect(config.threadkit().dialect(), sites, users, tokens, realms, clock, meter));
        }
        if (config.waddle().enabled()) {
            TokenVerifier tokens = keyed(WaddleDialect.NAME, config.waddle().tokens());
            add(new WaddleDialect(new WaddleDialect.Parts(
                    config.waddle().dialect(), tokens, users, realms, clock, ids, meter, config.isDevelopment())));
        }
    }

    /** What the official suites of Engine.IO and Socket.IO are played against: a new half is a line here. */
    static List<Dialect> fixtures(ServerConfig config) {
        return switch (config.network().protocolFixture()) {
            case OFF -> List.of();
            case SUITE -> List.of(EngineEchoDialect.ofTheSuite(), new ProtocolFixture(SpokenDialects::freshSecret));
            case PATIENT -> List.of(EngineEchoDialect.patient());
        };
    }

    /** @param isDraining whether the server is on its way out */
    void addSummit(
            ServerConfig config,
            Realms realms,
            Supplier<String> ids,
            BooleanSupplier isDraining,
            @Nullable RoomAuthorizer authorizer,
            Storage storage,
            Meter meter) {
        if (!config.summit().enabled() || config.network().protocolFixture() != NetworkSettings.ProtocolFixture.OFF)
            return;
        add(new SummitDialect(
                config.summit().dialect(),
                new SummitDialect.Surroundings(
                        keyed(SummitDialect.NAME, config.summit().tokens()),
                        realms,
                        clock,
                        ids,
                        SpokenDialects::freshSecret,
                        () -> slot(config.drainTimeout()),
                        isDraining,
                        authorizer,
                        storage.resume(),
                        storage.log(),
                        meter)));
    }

    /**
     * @param loops where rooms live
     * @param statistics whether a plain request may see who is connected; null: it may
     */
    void addGraphwiz(
            ServerConfig config,
            long incarnation,
            Loops loops,
            Realms realms,
            Supplier<String> ids,
            Function<HttpRequest, @Nullable HttpResponse> statistics,
            Meter meter) {
        if (!config.graphwiz().enabled()) return;
        graphwiz = new GraphwizDialect(
                config.graphwiz().dialect(),
                new GraphwizDialect.Surroundings(
                        incarnation,
                        config.redis().isOn(),
                        keyed(GraphwizDialect.NAME, config.graphwiz().tokens()),
                        realms,
                        loops,
                        clock,
                        ids,
                        SpokenDialects::afterSilence,
                        new Seldom(clock, () -> LOG.log(System.Logger.Level.WARNING, NAMED_ONLY))::happened,
                        statistics,
                        CustomHook.NONE,
                        meter));
        add(graphwiz);
    }

    private static CompletionStage<Void> afterSilence() {
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(SILENCE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run));
    }

    /** Null: it is off. */
    @Nullable
    GraphwizDialect graphwiz() {
        return graphwiz;
    }

    /** When a client comes back after a restart, each at a time of its own: 1 to 5 s of 10 (protocols/summit.md section 10). */
    private static long slot(Duration drain) {
        long last = Math.max(FIRST_SLOT, drain.toMillis() / LAST_SLOT);
        return RANDOM.nextLong(last / FIRST_SLOT, last + 1);
    }

    private static String freshSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void add(Dialect dialect) {
        byName.put(dialect.name(), dialect);
    }

    private TokenVerifier keyed(String dialect, TokenSettings settings) {
        LiveKeyRing ring = new LiveKeyRing(dialect, settings);
        open.add(ring::close);
        TokenVerifier verifier = JwtVerifier.of(ring, settings, clock);
        verifiers.put(dialect, verifier);
        return verifier;
    }

    /** In the order in which they are asked whether a handshake is theirs. */
    Map<String, Dialect> byName() {
        return Collections.unmodifiableMap(byName);
    }

    /** Of a dialect that is off it knows nobody. */
    TokenVerifier verifier(String dialect) {
        return verifiers.getOrDefault(dialect, NOBODY);
    }
}
