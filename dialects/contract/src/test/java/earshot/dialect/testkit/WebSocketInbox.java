package earshot.dialect.testkit;

import earshot.core.message.Profile;
import earshot.core.session.Session;
import earshot.dialect.EngineIo;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** For worlds of dialects that need no more than a WebSocket: who says who it is later, or waits for something else, fails. */
public interface WebSocketInbox extends Inbox {
    @Override
    default void answer(List<Frame> message) {
        message.forEach(this::answer);
    }

    @Override
    default Session identify(@Nullable Profile user, String tenant, Set<String> permissions, String tokenId) {
        throw new AssertionError("known since the handshake");
    }

    @Override
    default <T extends @Nullable Object> void when(CompletionStage<T> stage, Then<T> then) {
        throw new AssertionError("nothing is waited for here");
    }

    @Override
    default EngineIo.Transport transport() {
        return EngineIo.Transport.WEBSOCKET;
    }

    @Override
    default boolean isWritable() {
        return true;
    }
}
