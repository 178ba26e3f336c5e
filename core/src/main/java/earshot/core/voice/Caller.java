package earshot.core.voice;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.VoiceEvent;
import java.util.function.Consumer;

/**
 * A user with the session through which they are told what happens.
 *
 * @param ear takes it from any loop, in order; never blocks or throws
 */
record Caller(SessionId session, Profile user, Consumer<VoiceEvent> ear) {
    boolean isThrough(SessionId other) {
        return session.equals(other);
    }
}
