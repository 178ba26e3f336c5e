package earshot.dialect;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's language. One object per node; thread-safe and without state per client ({@link Conversation} has that). Nothing here blocks.
 * A new wire format is a new module with one of these and one line of wiring.
 */
public interface Dialect {
    /** One lower-case word; also the realm of its rooms and users. */
    String name();

    /** Whether an upgrade request is for this dialect. Dialects are asked in the order of their wiring; the first that says yes has it. */
    boolean claims(HandshakeRequest request);

    /** Decides over a handshake. Completes on any thread. A failed stage is answered with {@link #refusal} of INTERNAL. */
    CompletionStage<Admission> admit(HandshakeRequest request);

    /** What a client hears before its upgrade when the node itself must refuse: BUSY, ROOM_FULL, RATE_LIMITED, UNAVAILABLE, INTERNAL. */
    HttpResponse refusal(Problem problem);

    /**
     * An event as frames for one variant: none when the dialect has no words for it, usually one. Several are one message in pieces: nothing ever
     * comes between them, in whatever way a client is told. Called once per event and variant on the room's loop; the result is given to every
     * member with that variant.
     */
    List<Frame> encode(Event event, int variant);

    /** How its clients of this variant are told how far they heard their other rooms; null: they are not. The same whenever asked. */
    default @Nullable Places places(int variant) {
        return null;
    }

    /** How a session ends, so that its client does what the reason wants of it. */
    Farewell farewell(CloseReason reason);

    /** Rules of this dialect's rooms. */
    RoomRules rules();

    /** The policy of this dialect's realm: asked for its rooms, whoever wants to join. */
    Gatekeeper gatekeeper();

    LinkLimits limits();

    /** The terms of Engine.IO, when that is how its clients come; null: they come by a WebSocket of their own. The same whenever asked. */
    default @Nullable EngineIo engineIo() {
        return null;
    }

    /** How long a session may take nothing of what it is told before it is closed with SLOW_READER; 0: as long as the node says. */
    default long slowReaderMillis() {
        return 0;
    }

    /** Whether its sessions count in the statistics of tenants; false for who only looks on. */
    default boolean isCounted() {
        return true;
    }

    /** Plain HTTP of the dialect's own; may be empty. */
    List<HttpRoute> routes();

    /** A conversation from what {@link Conversation#freeze} wrote. Throws {@link IOException} when the bytes are not its own. */
    Conversation thaw(Session session, DataInput in) throws IOException;

    /**
     * @param maxMessageBytes a message over it closes with TOO_BIG
     * @param idleMillis without {@link Inbox#active} for this long the session is closed with IDLE; 0: never
     * @param pingMillis a WebSocket ping is sent when nothing was heard for this long; without an answer for as long again the peer is dead;
     *     0: never
     * @param clientPingIsActivity whether a WebSocket ping from the client counts as activity
     */
    record LinkLimits(int maxMessageBytes, long idleMillis, long pingMillis, boolean clientPingIsActivity) {}
}
