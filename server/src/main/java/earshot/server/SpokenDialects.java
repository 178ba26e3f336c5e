package earshot.server;

import earshot.core.room.Realms;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Dialect;
import earshot.dialect.TokenVerifier;
import earshot.dialect.threadkit.Sites;
import earshot.dialect.threadkit.ThreadkitDialect;
import earshot.dialect.waddle.WaddleDialect;
import earshot.gateway.EngineEchoDialect;
import earshot.server.config.ServerConfig;
import earshot.server.config.TokenSettings;
import earshot.server.token.JwtVerifier;
import earshot.server.token.LiveKeyRing;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The dialects that are on, each with its keys. A new one is a few lines here. Confined to the thread that wires. */
final class SpokenDialects {
    private static final TokenVerifier NOBODY = _ -> new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.MALFORMED);

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
            case SUITE -> List.of(EngineEchoDialect.ofTheSuite());
            case PATIENT -> List.of(EngineEchoDialect.patient());
        };
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
