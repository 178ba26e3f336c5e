package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import java.util.function.Function;

/**
 * What a link must know of its dialect; one object for all links of one dialect.
 *
 * @param farewells how the link itself ends a session: broken rules, dead peers, the node's stop
 */
record LinkTerms(String dialect, Dialect.LinkLimits limits, Function<CloseReason, Farewell> farewells) {
    static LinkTerms of(Dialect dialect) {
        return new LinkTerms(dialect.name(), dialect.limits(), dialect::farewell);
    }
}
