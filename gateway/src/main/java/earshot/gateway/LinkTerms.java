package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import java.util.function.Function;

/**
 * What a link must know of its dialect; one object for all links of one dialect that take messages as they are.
 *
 * @param farewells how the link itself ends a session: broken rules, dead peers, the node's stop
 */
record LinkTerms(
        String dialect,
        Dialect.LinkLimits limits,
        Function<CloseReason, Farewell> farewells,
        Envelope envelope,
        WireForm form) {
    LinkTerms(String dialect, Dialect.LinkLimits limits, Function<CloseReason, Farewell> farewells) {
        this(dialect, limits, farewells, Envelope.BARE, WireForm.PLAIN);
    }

    static LinkTerms of(Dialect dialect) {
        if (dialect.engineIo() == null) return new LinkTerms(dialect.name(), dialect.limits(), dialect::farewell);
        Dialect.LinkLimits limits = dialect.limits();
        var pinged =
                new Dialect.LinkLimits(limits.maxMessageBytes(), limits.idleMillis(), 0, limits.clientPingIsActivity());
        return new LinkTerms(dialect.name(), pinged, dialect::farewell, Envelope.ENGINE_IO, WireForm.PLAIN);
    }

    /** For a client that negotiated a form. */
    LinkTerms in(WireForm other) {
        return other == form ? this : new LinkTerms(dialect, limits, farewells, envelope, other);
    }
}
