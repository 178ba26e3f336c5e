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
record LinkTerms(String dialect, Dialect.LinkLimits limits, Function<CloseReason, Farewell> farewells, WireForm form) {
    LinkTerms(String dialect, Dialect.LinkLimits limits, Function<CloseReason, Farewell> farewells) {
        this(dialect, limits, farewells, WireForm.PLAIN);
    }

    static LinkTerms of(Dialect dialect) {
        return new LinkTerms(dialect.name(), dialect.limits(), dialect::farewell);
    }

    /** For a client that negotiated a form. */
    LinkTerms in(WireForm other) {
        return other == form ? this : new LinkTerms(dialect, limits, farewells, other);
    }
}
