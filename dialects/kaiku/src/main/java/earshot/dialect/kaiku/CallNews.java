package earshot.dialect.kaiku;

import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.dialect.WireUuid;
import earshot.dialect.kaiku.CallMachine.Move;
import earshot.dialect.kaiku.KaikuCalls.CallState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells every connection of every participant of a direct-message channel what became of its call, subscribed or not: a phone rings also where the chat is
 * not open.
 */
record CallNews(Reach reach, UUID dm, List<UUID> people) {
    /** @param by who did it */
    void tell(Move move, @Nullable CallState before, CallState after, Profile by) {
        UUID user = WireUuid.ofUser(by.user());
        String name = MessageObject.username(by);
        switch (move) {
            case Move.Start _ -> {
                toUser(user, ServerFrames.callStarted(dm, user, name), by);
                toAll(ServerFrames.incomingCall(dm, user, name), by);
            }
            case Move.Join _ -> toAll(ServerFrames.callJoined(dm, user, name), by);
            case Move.Decline _ -> toAll(ServerFrames.callDeclined(dm, user), by);
            // Whoever cancels a call was never said to be in it.
            case Move.Leave _ -> {
                if (before instanceof CallState.Active) toAll(ServerFrames.callLeft(dm, user), by);
            }
            case Move.RingEnd _ -> {}
        }
        ended(after);
    }

    /** Nothing, unless it is over. */
    void ended(CallState state) {
        if (state instanceof CallState.Ended end)
            toAll(ServerFrames.callEnded(dm, end.reason().word(), end.durationSeconds()), null);
    }

    private void toAll(byte[] event, @Nullable Profile by) {
        for (UUID each : people) toUser(each, event, by);
    }

    private void toUser(UUID user, byte[] event, @Nullable Profile by) {
        String text = new String(event, StandardCharsets.UTF_8);
        reach.notify(new Event.Notified(Places.userId(user), KaikuDialect.CALL, dm.toString(), by, text));
    }
}
