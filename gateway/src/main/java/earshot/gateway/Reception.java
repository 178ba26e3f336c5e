package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRoute;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What every new connection is received with; one object per gateway. Thread-safe. */
final class Reception {
    /** A dialect that may be asked, with what its links need of it. */
    record Served(Dialect dialect, LinkTerms terms) {}

    final GatewayConfig config;
    final HttpRoutes routes;
    final HttpRoute.Handler notFound;
    final List<Served> dialects;
    final SessionOpener sessions;
    final Function<RoomId, CompletionStage<Node.@Nullable Reservation>> places;
    final BooleanSupplier full;
    final Meter meter;
    final Forwarding forwarding;
    final EngineDoor engine;

    private volatile int maxSessions = Integer.MAX_VALUE;
    private volatile boolean draining;

    Reception(
            GatewayConfig config,
            List<HttpRoute> routes,
            HttpRoute.Handler notFound,
            List<Served> dialects,
            SessionOpener sessions,
            Function<RoomId, CompletionStage<Node.@Nullable Reservation>> places,
            BooleanSupplier full,
            Meter meter,
            EngineDoor engine) {
        this.config = config;
        this.routes = new HttpRoutes(routes);
        this.notFound = notFound;
        this.dialects = dialects;
        this.engine = engine;
        this.sessions = sessions;
        this.places = places;
        this.full = full;
        this.meter = meter;
        this.forwarding = new Forwarding(
                config.network().trustedProxies(), config.network().forwardedHeader(), meter);
    }

    static List<Served> served(List<Dialect> dialects) {
        return dialects.stream().map(d -> new Served(d, LinkTerms.of(d))).toList();
    }

    /** No new sessions from now on. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** Sessions without a socket of their own count as well: together there are no more than there may be sockets. */
    void atMost(int sessions) {
        maxSessions = sessions;
    }

    boolean hasTooManySessions() {
        return engine.sessions() >= maxSessions;
    }
}
