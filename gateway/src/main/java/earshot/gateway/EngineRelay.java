package earshot.gateway;

import earshot.dialect.HttpResponse;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Port: the other nodes of a cluster, for polls that came to the wrong one. Thread-safe; does not block; bounded in how much is asked at a time.
 * A WebSocket is not carried: it stays where it came, or is refused.
 */
@FunctionalInterface
public interface EngineRelay {
    /** A node that is alone. */
    EngineRelay NONE = (_, _) -> null;

    /** The header by which a node knows that another one asks: it is not passed on again. Who else sends it gains nothing. */
    String HEADER = "x-earshot-relayed";

    /**
     * Asks the node. Fails when it does not answer; cancelled when nobody waits for the answer any more.
     *
     * @param node as {@link Gateway.Parts#incarnation} is there
     * @return null: no such node is known, or too much is being asked already
     */
    @Nullable
    CompletionStage<HttpResponse> ask(long node, Request request);

    /**
     * What is passed on.
     *
     * @param target path and query
     * @param contentType empty: none
     */
    record Request(String method, String target, String contentType, byte[] body) {}
}
